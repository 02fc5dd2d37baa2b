import type { Sighting } from '../processes/history.js';
import type { ChaosEntry } from './entries.js';
import type { Cast, Fault } from './fault.js';
import type { TakenWrite } from './register.js';

/** A fault as it came: on whom, and when by the machine's monotonic clock, in microseconds. */
export interface PlayedFault {
  readonly fault: Fault;
  /** The member or server that was hit; of a pair, the first. */
  readonly on: string;
  /** Of a pair, the second. */
  readonly to: string | undefined;
  readonly fromUs: number;
  readonly untilUs: number;
  /** Why nothing came of it, if so: a member that was gone cannot be stopped. */
  readonly skipped: string | undefined;
}

/** One process of a member. */
export interface RecordedLife {
  readonly name: string;
  readonly id: string;
  readonly log: string;
  readonly startedUs: number;
  readonly endedUs: number;
  /** What it did that no process may do. */
  readonly fault: string | undefined;
  readonly entries: readonly ChaosEntry[];
}

/** All that is known of a run when it is over. What came of it is judged from this alone. */
export interface RunRecord {
  readonly cast: Cast;
  readonly seed: number;
  readonly minutes: number;
  /** The twin: members that trust events, and a register without a guard. */
  readonly trustsEvents: boolean;
  /** When the first leader was there and faults began. */
  readonly beganUs: number;
  /** When the last fault was over. */
  readonly healedUs: number;
  /** When the members were asked to end. */
  readonly endedUs: number;
  readonly faults: readonly PlayedFault[];
  readonly lives: readonly RecordedLife[];
  /** What the logs held. */
  readonly sightings: readonly Sighting[];
  /** What was wrong with logs that could not be understood. */
  readonly corruptLogs: readonly string[];
  /** What the register took. */
  readonly taken: readonly TakenWrite[];
  /** What this machine could do of it. */
  readonly means: Means;
}

export interface Means {
  readonly node: string;
  readonly natsServer: string | undefined;
  /** What moved the wall clock, or why nothing could. */
  readonly clock: string;
  readonly register: string;
}
