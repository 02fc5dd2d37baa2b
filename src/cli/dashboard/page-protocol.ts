/** What one node said of itself, as the page reads it: JSON, so that absence is null. Times are milliseconds. */
export interface NodeView {
  readonly id: string;
  /** Which of its lives this is: two processes that share an id are two. */
  readonly incarnation: number;
  readonly state: string;
  readonly term: number;
  /** Whom it takes for the leader. */
  readonly leader: string | null;
  readonly isLeader: boolean;
  /** By the node's own clock, when it answered; null where it does not end (interop mode). */
  readonly leaseLeftMs: number | null;
  readonly heir: string | null;
  readonly priority: number;
  readonly observer: boolean;
  readonly version: string;
  readonly uptimeMs: number;
  readonly roundTripMs: number;
}

/** A stretch of time in which one led, nobody did, or nobody could be asked. */
export interface Reign {
  readonly kind: 'leader' | 'nobody' | 'unseen';
  /** Null where nobody led. */
  readonly leader: string | null;
  readonly term: number;
  readonly sinceMs: number;
  /** Null while it lasts. */
  readonly untilMs: number | null;
}

export interface PastChange {
  readonly atMs: number;
  readonly kind: 'leader' | 'state' | 'appeared' | 'silent' | 'restarted' | 'trouble' | 'troubleOver' | 'obstacle';
  readonly text: string;
}

/** All that the page shows at one instant. Wall times are those of the machine that serves the page. */
export interface Snapshot {
  readonly atMs: number;
  /** When watching began. */
  readonly sinceMs: number;
  /** How old the answers are at most, in milliseconds: since they were asked for. */
  readonly ageMs: number;
  readonly leader: string | null;
  readonly term: number;
  /** The longest that the lease of the one that leads was seen to last, in milliseconds: all but the whole of it. */
  readonly longestLeaseMs: number;
  readonly nodes: readonly NodeView[];
  /** How many more answered than are shown. */
  readonly unshownNodes: number;
  /** The voters that did not answer. */
  readonly missing: readonly string[];
  /** How many voters did not answer whose ids are not known. */
  readonly unnamedMissing: number;
  readonly troubles: readonly string[];
  /** Why nobody can be asked now: all else is what was known last. */
  readonly obstacle: string | null;
  /** The newest last. */
  readonly reigns: readonly Reign[];
  /** The newest last. */
  readonly changes: readonly PastChange[];
}

/** What a page is told first. */
export interface Greeting {
  readonly cluster: string;
  /** Of the package that serves the page: a page of another one loads itself anew. */
  readonly version: string;
  /** A page that has heard nothing for longer has lost sight, whatever the connection says. Milliseconds. */
  readonly patienceMs: number;
  /** What a step-down must be sent with; null where this page only watches. It is another one at every start. */
  readonly stepDownToken: string | null;
}

/** The header that the token is sent in. A page of another origin cannot send it without asking first. */
export const TOKEN_HEADER = 'graft-dashboard-token';
