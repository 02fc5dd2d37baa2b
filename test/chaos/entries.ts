import type { Entry } from '../processes/entries.js';
import type { WriteOutcome } from './register.js';

/** A member wrote to the register: begun at `atUs`, answered at `untilUs`. */
export interface WriteEntry {
  readonly kind: 'write';
  readonly atUs: number;
  readonly untilUs: number;
  readonly token: number;
  readonly outcome: WriteOutcome;
  /** On purpose after the leadership that the token is of. */
  readonly isLate: boolean;
  /** Whether the member answered just before, and just after, that it leads the token's term. */
  readonly ledThroughout: boolean;
}

/** A line of a member's history: what members tell elsewhere, and what they write. */
export type ChaosEntry = Entry | WriteEntry;
