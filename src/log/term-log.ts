import type { Term } from '../core/messages.js';
import type { NodeId } from '../core/names.js';

/** What must survive a crash (rule 1). */
export interface DurableState {
  readonly term: Term;
  /** The one vote of `term`; a Go log may hold any text here, so it is compared and never becomes a subject. */
  readonly votedFor: string | undefined;
  /** Whose log this is (rule 4); absent in a Go log that is taken over, and in a new one. */
  readonly nodeId: NodeId | undefined;
  /**
   * This log may stand in for a lost one: its node still owes the wait of a new log (rule 7). Kept in the file, so
   * that a crash within the wait does not shorten it.
   */
  readonly isNew: boolean;
}

/** Where term and vote live. One log belongs to one node; one process at a time has it open. */
export interface TermLog {
  /**
   * Takes ownership and reads. An absent or empty log is a new node: term 0, no vote, `isNew`.
   * @throws GraftError `LOG_CORRUPT`, `LOG_LOCKED`, `LOG_TERM_TOO_LARGE`, `LOG_READ_FAILED`; the log is left as it was.
   */
  open(): Promise<DurableState>;
  /**
   * Resolves once `state` survives a crash; at no instant does a crash leave anything but the old state or the new.
   * Calls never overlap.
   * @throws GraftError `LOG_WRITE_FAILED`; which of the two states the log then holds is unknown.
   */
  save(state: DurableState): Promise<void>;
  /** Gives up ownership. Never forgets what was saved. Safe to call twice, and without a successful `open`. */
  close(): Promise<void>;
}
