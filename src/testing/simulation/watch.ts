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
  hear(event: WorldEvent, world: WorldView): void;
}

/** Shows each event to the invariants that want it, and keeps the first breach. */
export class Watch {
  readonly #invariants = new Map<WorldEvent['kind'], Invariant[]>();
  readonly #hearers = new Map<WorldEvent['kind'], Hearer[]>();
  /** Names of the invariants that were broken in a world that need not keep them. */
  readonly harms = new Set<string>();
  breach: Breach | undefined;
  step = 0;
  readonly #expected: ReadonlySet<Invariant>;

  /** @param expected invariants that this world need not keep: a breach is noted, and ends nothing. */
  constructor(demanded: readonly Invariant[], expected: readonly Invariant[], hearers: readonly Hearer[]) {
    this.#expected = new Set(expected);
    const invariants = [...demanded, ...expected];
    for (const kind of EVENT_KINDS) {
      const wanted = invariants.filter(({ hears }) => hears.includes(kind));
      if (wanted.length > 0) this.#invariants.set(kind, wanted);
      const heard = hearers.filter(({ hears }) => hears === 'all' || hears.includes(kind));
      if (heard.length > 0) this.#hearers.set(kind, heard);
    }
  }

  /** Whether anybody wants such events: making them may be spared otherwise. */
  wants(kind: WorldEvent['kind']): boolean {
    return this.#invariants.has(kind) || this.#hearers.has(kind);
  }

  tell(event: WorldEvent, world: WorldView): void {
    const hearers = this.#hearers.get(event.kind);
    if (hearers !== undefined) for (const hearer of hearers) hearer.hear(event, world);
    const invariants = this.#invariants.get(event.kind);
    if (invariants === undefined || this.breach !== undefined) return;
    for (const invariant of invariants) {
      const text = invariant.observe(event, world);
      if (text === undefined) continue;
      const { kind, name, source } = invariant;
      if (this.#expected.has(invariant)) this.harms.add(name);
      // A step is counted when it is over.
      else {
        const step = event.kind === 'step' ? this.step : this.step + 1;
        this.breach ??= { kind, invariant: name, source, text, step, atMs: world.nowMs };
      }
    }
  }
}

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
