import type { Cluster, Timings } from '../../core/options.js';

/** Everything that a seed decides about a world, before anything happens in it. Plain data: it prints and compares. */
export interface Plan {
  readonly seed: number;
  readonly cluster: Cluster;
  readonly machines: readonly MachinePlan[];
  /** Complete, and the same for all (docs/timings.md, "Changing"). */
  readonly timings: Timings;
  readonly preVote: boolean;
  readonly network: NetworkPlan;
  readonly disk: DiskPlan;
  /** How long work under `lead()` takes to end when leadership is handed over; absent where there is no work. */
  readonly drainMs: number | undefined;
  /** Whether voters refuse candidates whose position is lower than their own (rule 13). */
  readonly comparesPositions: boolean;
  /** What this world does that no rule covers; only what still holds is demanded of it. */
  readonly harm: Harm;
  /** Faults and operations, each with its end, in order of `atMs`: any may be left out, and the rest keeps its meaning. */
  readonly schedule: readonly ScheduleItem[];
  /** From here on there are no faults: everything is healed, everybody runs, and a leader is demanded. */
  readonly quietAtMs: number;
}

/** One machine: a disk, clocks, and the processes that run on it one after the other. */
export interface MachinePlan {
  /** Voters are `n0`, `n1` and so on, observers `o0`, `o1`. */
  readonly id: string;
  readonly observer: boolean;
  /** Rule 10; 0 is a witness. */
  readonly priority: number;
  /** How fast its clock runs: 1.05 is 5 % fast. */
  readonly rate: number;
  /** The application's position at the start (rule 13). */
  readonly position: number;
  /** The term in the log that it starts with; absent for a new log, which owes the longer wait (rule 7). */
  readonly logTerm?: number | undefined;
}

/** The everyday weather of every link. */
export interface NetworkPlan {
  readonly delayMs: readonly [min: number, max: number];
  /** Chances, 0 to 1. */
  readonly loss: number;
  readonly repeat: number;
  readonly reorder: boolean;
}

/** Every disk, every day. */
export interface DiskPlan {
  /** The longest that one step of a write takes (open, write, sync, rename...), in milliseconds; 0 is at once. */
  readonly stepMs: number;
  /** Chance that a write fails at one of its steps, 0 to 1. */
  readonly failure: number;
}

/**
 * - `none`: every invariant is demanded.
 * - `fastClocks`: clocks are off by more than `maxClockDrift`. Leases may overlap; votes and terms stay sound.
 * - `lostDisks`: disks are replaced whoever is away. Terms may be led again or go back; leases never overlap all the same.
 * - `crowd`: more voters than the cluster's size (rule 3). Nobody leads for long once they hear of each other.
 */
export type Harm = 'none' | 'fastClocks' | 'lostDisks' | 'crowd';

/**
 * Who is struck: a machine by its id, or by what it is at that moment. `LEADER` is who leads, or led last; `HEIR` is whom
 * the leader named; in both cases the first voter while there is none.
 */
export type Whom = string;

/** How the links between the voters are cut; see docs/simulation.md for pictures. */
export type Shape =
  /** Nobody but the centre reaches more than the centre. */
  | 'quorumLoss'
  /** The leader is cut off from all but the centre, which reaches everybody. */
  | 'periphery'
  /** Each reaches only its neighbours in a line, the centre in the middle. */
  | 'chain'
  /** Two groups that meet in the centre only. */
  | 'bridge';

/** A fault at its time, in milliseconds since the world began. */
export type ScheduleItem = Fault & { readonly atMs: number };

/** One thing that happens in a world. `forMs` is how long it lasts; it ends with the quiet at the latest. */
export type Fault =
  | {
      readonly kind: 'cut';
      readonly from: Whom;
      readonly to: Whom;
      readonly ways: 'one' | 'both';
      readonly forMs: number;
    }
  | { readonly kind: 'isolate'; readonly whom: Whom; readonly ways: 'both' | 'in' | 'out'; readonly forMs: number }
  /** Ids that are named in no group are one more. */
  | { readonly kind: 'split'; readonly groups: readonly (readonly string[])[]; readonly forMs: number }
  | { readonly kind: 'shape'; readonly shape: Shape; readonly centre: Whom; readonly forMs: number }
  /** The broker freezes: everything that is said meanwhile arrives in one burst. */
  | { readonly kind: 'freeze'; readonly forMs: number }
  /** Other weather for a while. Delays may be many seconds: what is said in a storm may arrive long after it. */
  | { readonly kind: 'storm'; readonly network: NetworkPlan; readonly forMs: number }
  /** The process dies (`kill`), or its machine does and forgets what was not synced (`powerCut`); then it starts again. */
  | { readonly kind: 'crash'; readonly whom: Whom; readonly how: Death; readonly forMs: number }
  /** As `crash`, at that step of the next write: 0 is before it begins, {@link WRITE_STEPS} after it has ended. */
  | {
      readonly kind: 'crashAtWrite';
      readonly whom: Whom;
      readonly how: Death;
      readonly step: number;
      readonly forMs: number;
    }
  /** Every write of that machine fails at that step. */
  | { readonly kind: 'failWrites'; readonly whom: Whom; readonly step: number; readonly forMs: number }
  /** Writes hang, and go on when it is over. */
  | { readonly kind: 'hangWrites'; readonly whom: Whom; readonly forMs: number }
  /** The process stands still; its clocks go on. */
  | { readonly kind: 'pause'; readonly whom: Whom; readonly forMs: number }
  /** The machine sleeps: its monotonic clock stands still too; its wall clock goes on. */
  | { readonly kind: 'suspend'; readonly whom: Whom; readonly forMs: number }
  | { readonly kind: 'wallJump'; readonly whom: Whom; readonly byMs: number }
  /** A call of the user's: nothing happens where `whom` does not lead. */
  | { readonly kind: 'transfer'; readonly whom: Whom; readonly to: Whom | undefined }
  | { readonly kind: 'stepDown'; readonly whom: Whom }
  /** A well-behaved end of the process, then a new one. */
  | { readonly kind: 'restart'; readonly whom: Whom; readonly forMs: number }
  /** Every process of the cluster, one after the other: `close()` or `kill`. */
  | {
      readonly kind: 'rollingRestart';
      readonly how: 'close' | 'kill';
      readonly downMs: number;
      readonly everyMs: number;
      readonly forMs: number;
    }
  /** The application's position moves on (rule 13). */
  | { readonly kind: 'position'; readonly whom: Whom; readonly to: number; readonly forMs: number }
  /** The process dies, and the next one finds an empty disk (rule 7). */
  | { readonly kind: 'replaceDisk'; readonly whom: Whom; readonly forMs: number };

export type Death = 'kill' | 'powerCut';

/**
 * The steps of a write to the log: open, chmod, write, sync, rename, sync of the directory; or, over it, write and
 * sync.
 */
export const WRITE_STEPS = 6;
