/** What a write came to. */
export type WriteOutcome = 'taken' | 'refused' | 'unknown';

/** One write that a register took, in the order in which it took them. */
export interface TakenWrite {
  readonly token: number;
  /** Which process wrote it. */
  readonly writer: string;
}

/**
 * What a service guards with its fencing token: takes a write unless it has taken one with a newer token. Without the
 * guard, which only a twin does, it takes every one.
 */
export interface Register {
  write(token: number, writer: string): Promise<WriteOutcome>;
  close(): Promise<void>;
}
