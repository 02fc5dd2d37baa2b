import type { Message, MessageKind } from '../../core/messages.js';
import type { Invariant, WorldEvent, WorldView } from './invariant.js';

/** The first thing that went wrong in a world. */
export interface Breach {
  readonly kind: Invariant['kind'];
  /** The invariant's name and source. */
  readonly invariant: string;
  readonly source: string;
  readonly text: string;
  readonly step: number;
  readonly atMs: number;
}

/** Whoever wants to hear of the events of a world, invariants included. */
export interface Hearer {
  readonly hears: readonly WorldEvent['kind'][] | 'all';
  /** Of what is sent, delivered or lost, the messages that it wants. Default: all. */
  readonly messages?: readonly MessageKind[];
  hear(event: WorldEvent, world: WorldView): void;
}

/** Who wants one kind of event; of frames, one kind of message. */
interface Audience {
  readonly hearers: Hearer[];
  readonly invariants: Invariant[];
}

/** Shows each event to the invariants that want it, and keeps the first breach. */
export class Watch {
  readonly #audiences = new Map<WorldEvent['kind'], Audience>();
  readonly #frameAudiences = new Map<FrameKind, Map<MessageKind, Audience>>();
  /** Names of the invariants that were broken in a world that need not keep them. */
  readonly harms = new Set<string>();
  breach: Breach | undefined;
  step = 0;
  readonly #expected: ReadonlySet<Invariant>;

  /** @param expected invariants that this world need not keep: a breach is noted, and ends nothing. */
  constructor(demanded: readonly Invariant[], expected: readonly Invariant[], hearers: readonly Hearer[]) {
    this.#expected = new Set(expected);
    for (const invariant of [...demanded, ...expected]) {
      for (const { invariants } of this.#audiencesOf(invariant)) invariants.push(invariant);
    }
    for (const hearer of hearers) for (const each of this.#audiencesOf(hearer)) each.hearers.push(hearer);
  }

  /** Whether anybody wants such events: making them may be spared otherwise. */
  wants(kind: WorldEvent['kind']): boolean {
    return isFrame(kind) ? this.#frameAudiences.has(kind) : this.#audiences.has(kind);
  }

  tell(event: WorldEvent, world: WorldView): void {
    const audience =
      'message' in event
        ? this.#frameAudiences.get(event.kind)?.get(event.message.kind)
        : this.#audiences.get(event.kind);
    if (audience === undefined) return;
    for (const hearer of audience.hearers) hearer.hear(event, world);
    if (this.breach !== undefined) return;
    for (const invariant of audience.invariants) {
      const text = invariant.observe(event, world);
      if (text !== undefined) this.#note(invariant, text, event, world);
    }
  }

  #note(invariant: Invariant, text: string, event: WorldEvent, world: WorldView): void {
    const { kind, name, source } = invariant;
    if (this.#expected.has(invariant)) {
      this.harms.add(name);
      return;
    }
    // A step is counted when it is over.
    const step = event.kind === 'step' ? this.step : this.step + 1;
    this.breach ??= { kind, invariant: name, source, text, step, atMs: world.nowMs };
  }

  /** Those that are for `listener`, each made when it is first asked for. */
  *#audiencesOf({ hears, messages = MESSAGE_KINDS }: Pick<Hearer, 'hears' | 'messages'>): Iterable<Audience> {
    for (const kind of hears === 'all' ? EVENT_KINDS : hears) {
      if (!isFrame(kind)) {
        yield audienceIn(this.#audiences, kind);
        continue;
      }
      const byMessage = this.#frameAudiences.get(kind) ?? new Map<MessageKind, Audience>();
      this.#frameAudiences.set(kind, byMessage);
      for (const message of messages) yield audienceIn(byMessage, message);
    }
  }
}

function audienceIn<Kind>(audiences: Map<Kind, Audience>, kind: Kind): Audience {
  const audience = audiences.get(kind) ?? { hearers: [], invariants: [] };
  audiences.set(kind, audience);
  return audience;
}

/** The kinds of events that are about a frame, and tell of the message in it. */
type FrameKind = Extract<WorldEvent, { message: Message }>['kind'];

function isFrame(kind: WorldEvent['kind']): kind is FrameKind {
  return kind === 'sent' || kind === 'delivered' || kind === 'lost';
}

const MESSAGE_KINDS: readonly MessageKind[] = [
  'voteRequest',
  'preVoteRequest',
  'voteResponse',
  'heartbeat',
  'heartbeatResponse',
  'timeoutNow',
];

const EVENT_KINDS: readonly WorldEvent['kind'][] = [
  'started',
  'crashed',
  'closed',
  'stopped',
  'resumed',
  'diskReplaced',
  'wallClockSet',
  'stateChange',
  'leaderChange',
  'error',
  'durable',
  'saveFailed',
  'positionRefused',
  'sent',
  'delivered',
  'lost',
  'fault',
  'call',
  'callEnded',
  'step',
  'end',
];
