import type { GraftErrorCode } from '../../core/errors.js';
import type { Message, MessageKind } from '../../core/messages.js';
import type { State } from '../../core/roles.js';
import type { DurableState } from '../../log/term-log.js';
import type { Fault, Plan } from './plan.js';

/** One machine of a world, as an invariant sees it at the world's present instant. */
export interface MemberView {
  readonly id: string;
  /** Counts the processes that this machine has had: 1 for the first. A new disk (`disk`) is counted as well. */
  readonly life: number;
  readonly disk: number;
  /** `stopped` is paused or suspended: it shows nothing to anybody, yet its lease goes on in true time. */
  readonly condition: 'down' | 'running' | 'stopped';
  readonly observer: boolean;
  readonly state: State;
  readonly term: number;
  readonly leader: string | undefined;
  /** By the machine's own clock at this instant (rule 8). False when it is down. */
  isLeader(): boolean;
}

/** A world at its present instant. Times are true time, in milliseconds since the world began. */
export interface WorldView {
  readonly nowMs: number;
  readonly plan: Plan;
  readonly members: ReadonlyMap<string, MemberView>;
  /** No fault is in force, and none will be, since this time: `Infinity` until then. */
  readonly quietSinceMs: number;
  /** Frames under way on the network, held ones included. */
  readonly inFlight: number;
  /** Timers and other callbacks that wait on the world's clock, the world's own among them. */
  readonly pendingTimers: number;
  /** Those among them that services wait for, which only their authors can bound. */
  readonly serviceTimers: number;
}

/** What happens in a world, in order. `by` is a machine's id. */
export type WorldEvent =
  | { readonly kind: 'started' | 'crashed' | 'closed' | 'stopped' | 'resumed' | 'diskReplaced'; readonly by: string }
  /** A machine's wall clock was set, by `ms` forward or, below 0, back. */
  | { readonly kind: 'wallClockSet'; readonly by: string; readonly ms: number }
  | {
      readonly kind: 'stateChange';
      readonly by: string;
      readonly from: State;
      readonly to: State;
      readonly term: number;
      readonly reason: string;
    }
  | { readonly kind: 'leaderChange'; readonly by: string; readonly leader: string | undefined; readonly term: number }
  | { readonly kind: 'error'; readonly by: string; readonly code: GraftErrorCode; readonly text: string }
  /**
   * The bytes on the disk are now these: told when they would survive a crash, whether or not the node was told so.
   * `found`: by a process that starts, which makes durable what a former one had half done.
   */
  | { readonly kind: 'durable'; readonly by: string; readonly state: DurableState; readonly found?: boolean }
  /** A write has failed and is over: the node is told at this instant. */
  | { readonly kind: 'saveFailed'; readonly by: string }
  /** The application's hook refused a candidate for its position (rule 13). */
  | { readonly kind: 'positionRefused'; readonly by: string }
  | {
      readonly kind: 'sent' | 'delivered' | 'lost';
      readonly from: string;
      readonly to: string;
      readonly message: Message;
    }
  /** A fault begins or ends, in words: what a reader of the trace sees. Neither: of what comes of one. */
  | { readonly kind: 'fault'; readonly text: string; readonly begins?: Fault; readonly ends?: Fault }
  /** A call of the world's user on a node, and how it ended. */
  | {
      readonly kind: 'call';
      readonly by: string;
      readonly call: 'transfer' | 'stepDown' | 'close';
      readonly to?: string;
    }
  | {
      readonly kind: 'callEnded';
      readonly by: string;
      readonly call: 'transfer' | 'stepDown' | 'close';
      readonly outcome: string;
    }
  /** After every step in which anything happened: leases and terms may be looked at. */
  | { readonly kind: 'step' }
  /** The world is over. */
  | { readonly kind: 'end' };

/** Something that must hold in every world that does not expect its harm. One per world: it may remember. */
export interface Invariant {
  /** As failures and docs name it. */
  readonly name: string;
  /** Bad things that never happen, or good ones that do: they end the simulation with different exit codes. */
  readonly kind: 'safety' | 'liveness';
  /** Where it comes from: rule number, paper section. */
  readonly source: string;
  /** The events that {@link observe} wants: naming them keeps worlds fast. */
  readonly hears: readonly WorldEvent['kind'][];
  /** Of what is sent, delivered or lost, the messages that {@link observe} wants. Default: all. */
  readonly messages?: readonly MessageKind[];
  /** Whether it is demanded of such a world; absent for every world. */
  holdsIn?(plan: Plan): boolean;
  /** @returns what is wrong, in one sentence with ids, terms and times; `undefined` while all is well. */
  observe(event: WorldEvent, world: WorldView): string | undefined;
}
