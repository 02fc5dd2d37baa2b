import type { Margins } from './fate.js';
import type { LeaseEnd } from './lease-end.js';

/** The program that is to be run, and for how long it may. */
export interface Order {
  readonly command: string;
  readonly args: readonly string[];
  /** What it finds in its environment besides what is there. */
  readonly env: Readonly<Record<string, string>>;
  readonly margins: Margins;
  readonly graceMs: number;
  readonly leaseEnd: LeaseEnd;
}

/** What the supervisor says to its guard. */
export type ToGuard =
  | { readonly kind: 'start'; readonly order: Order }
  | { readonly kind: 'lease'; readonly leaseEnd: LeaseEnd }
  | { readonly kind: 'terminate'; readonly graceMs: number }
  | { readonly kind: 'kill' };

/** What the guard says to its supervisor. */
export type FromGuard =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly pid: number }
  /** The program was told to end: as the supervisor said, or because the lease was not prolonged. */
  | { readonly kind: 'terminated' }
  /** It was killed: it took too long to end, or the lease was about to. */
  | { readonly kind: 'killed' }
  | { readonly kind: 'ended'; readonly ending: Ending };

export type Ending =
  | { readonly how: 'exit'; readonly code: number }
  | { readonly how: 'signal'; readonly signal: string }
  /** It never ran: the lease was about to end. */
  | { readonly how: 'late' }
  /** It never ran: there is no such program, or it may not be run. */
  | { readonly how: 'unable'; readonly errno: string; readonly message: string };
