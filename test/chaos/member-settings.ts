/** How a member reaches the others. */
export type DriverSettings =
  | { readonly transport: 'nats'; readonly client: 'nats' | '@nats-io/transport-node'; readonly servers: string[] }
  | { readonly transport: 'http'; readonly peers: Readonly<Record<string, string>> };

/** Where the members write what only one of them may write at a time. */
export type RegisterSettings =
  | { readonly kind: 'kv'; readonly url: string; readonly isGuarded: boolean }
  | { readonly kind: 'file'; readonly path: string; readonly isGuarded: boolean };

/** All that a member's process is told, as JSON on its command line. */
export interface MemberSettings {
  readonly id: string;
  readonly voters: readonly string[];
  readonly driver: DriverSettings;
  readonly log: string;
  /** Where nothing can be mounted: while this file is there, the log is written to /dev/full. */
  readonly fullFlag: string | undefined;
  readonly history: string;
  readonly register: RegisterSettings;
  /** The twin: takes the newest event for the truth, and never asks the clock. */
  readonly trustsEvents: boolean;
}
