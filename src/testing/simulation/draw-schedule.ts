import type { Timings } from '../../core/options.js';
import type { Rng } from '../../core/random.js';
import { Lots } from './lots.js';
import type { Death, Fault, Harm, MachinePlan, NetworkPlan, ScheduleItem, Shape, Whom } from './plan.js';
import { WRITE_STEPS } from './plan.js';

/** What a schedule is drawn for. */
export interface ScheduleGround {
  readonly machines: readonly MachinePlan[];
  readonly voters: readonly string[];
  readonly timings: Timings;
  readonly harm: Harm;
}

/** How often each kind of fault is drawn. */
const WEIGHTS: Readonly<Record<Exclude<Fault['kind'], 'replaceDisk'>, number>> = {
  cut: 10,
  isolate: 10,
  split: 6,
  shape: 7,
  freeze: 4,
  storm: 9,
  crash: 12,
  crashAtWrite: 9,
  failWrites: 4,
  hangWrites: 4,
  pause: 7,
  suspend: 3,
  wallJump: 2,
  transfer: 10,
  stepDown: 4,
  restart: 4,
  rollingRestart: 1,
  position: 2,
};
/** Whose clock is slow where clocks need not keep time. */
export const SLOWEST = 'n0';
const SHAPES: readonly Shape[] = ['quorumLoss', 'periphery', 'chain', 'bridge'];

/**
 * Draws what goes wrong and when: a first leader is given time to appear, then faults come some six times an election
 * timeout. Times go by the election timeout, so that faults meet what they are to disturb whatever the timings are.
 */
export function drawSchedule(
  rng: Rng,
  ground: ScheduleGround,
): { readonly schedule: readonly ScheduleItem[]; readonly quietAtMs: number } {
  return new ScheduleDraw(new Lots(rng), ground).draw();
}

class ScheduleDraw {
  readonly #lots: Lots;
  readonly #ground: ScheduleGround;
  readonly #minMs: number;
  readonly #maxMs: number;
  /** A machine sleeps, or its wall clock is set back: rule 8 needs one of the two clocks to go on. */
  readonly #sleeps: boolean;
  /** A few kinds of faults happen more often in this world, since harm comes of combinations. */
  readonly #weights: Record<keyof typeof WEIGHTS, number>;

  constructor(lots: Lots, ground: ScheduleGround) {
    this.#lots = lots;
    this.#ground = ground;
    this.#minMs = ground.timings.electionTimeoutMinMs;
    this.#maxMs = ground.timings.electionTimeoutMaxMs;
    this.#sleeps = lots.chance(0.5);
    this.#weights = { ...WEIGHTS };
    const kinds = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];
    for (let favourite = 0; favourite < 3; favourite++) this.#weights[lots.pick(kinds)] += 15;
    if (!this.#sleeps) this.#weights.suspend = 0;
  }

  draw(): { readonly schedule: readonly ScheduleItem[]; readonly quietAtMs: number } {
    const items: ScheduleItem[] = [];
    const lots = this.#lots;
    // Either from the very start, or once somebody leads, which takes new logs electionTimeoutMax, kept ones less.
    const isNew = this.#ground.machines.some(({ logTerm }) => logTerm === undefined);
    let atMs = lots.chance(0.2) ? 0 : (isNew ? this.#maxMs : this.#minMs) * (1.1 + lots.upTo(0.3));
    // One voter alone has nobody to learn its term from: its observers would be terms ahead for ever.
    const isReplaceable = this.#ground.voters.length > 1;
    if (this.#ground.harm === 'none' && lots.chance(0.04) && isReplaceable)
      atMs = this.#replaceDiskInPeace(items, atMs);
    const endMs = atMs + this.#maxMs * lots.between(0.8, 2.2);
    while (atMs < endMs) {
      this.#scene(items, atMs);
      atMs += this.#minMs * lots.upTo(lots.chance(0.5) ? 0.3 : 1.2);
    }
    items.sort((one, other) => one.atMs - other.atMs);
    return { schedule: items, quietAtMs: Math.ceil(endMs) };
  }

  /**
   * A voter's disk is lost while all others run and are connected, and nothing goes wrong until its successor has waited:
   * what a lost disk needs to be harmless (README, "fencing").
   */
  #replaceDiskInPeace(items: ScheduleItem[], atMs: number): number {
    const beginsMs = atMs + this.#maxMs * this.#lots.between(0.6, 1);
    const forMs = this.#lots.upTo(this.#maxMs);
    items.push({ kind: 'replaceDisk', whom: this.#anybody(), forMs, atMs: beginsMs });
    const { maxClockDrift } = this.#ground.timings;
    return beginsMs + forMs + (1.6 * this.#maxMs) / (1 - maxClockDrift);
  }

  /** One fault, or two that are known to be worse together than apart. */
  #scene(items: ScheduleItem[], atMs: number): void {
    const lots = this.#lots;
    if (this.#ground.harm === 'lostDisks' && lots.chance(0.3)) {
      items.push({ kind: 'replaceDisk', whom: this.#whom(), forMs: this.#shortly(), atMs });
      return;
    }
    if (this.#ground.harm === 'fastClocks' && lots.chance(0.4)) {
      // The slow one leads, and is on its own: its lease outlasts what the fast ones promise. By itself it seldom leads.
      items.push({ kind: 'transfer', whom: 'LEADER', to: SLOWEST, atMs });
      const isolatedMs = atMs + lots.upTo(this.#minMs / 2);
      items.push({ kind: 'isolate', whom: SLOWEST, ways: 'both', forMs: 2 * this.#minMs, atMs: isolatedMs });
      return;
    }
    if (lots.chance(0.12)) {
      // A leader is on its own, and a voter that promised it something starts anew.
      const forMs = this.#minMs * lots.between(0.5, 3);
      items.push({ kind: 'isolate', whom: 'LEADER', ways: 'both', forMs, atMs });
      items.push({ ...this.#crash('HEIR'), atMs: atMs + lots.upTo(this.#minMs / 5) });
      return;
    }
    if (lots.chance(0.1)) {
      // A leader hands over, and somebody dies of it.
      items.push({ ...this.#transfer(), atMs });
      items.push({ ...this.#crash(lots.pick(['LEADER', 'HEIR'])), atMs: atMs + lots.upTo(20) });
      return;
    }
    items.push({ ...this.#fault(), atMs });
  }

  #fault(): Fault {
    const lots = this.#lots;
    const kind = lots.weighted(this.#weights);
    const forMs = this.#minMs * lots.between(0.1, lots.chance(0.7) ? 1.5 : 4);
    switch (kind) {
      case 'cut':
        return { kind, from: this.#whom(), to: this.#whom(), ways: lots.pick(['one', 'both']), forMs };
      case 'isolate':
        return { kind, whom: this.#whom(), ways: lots.pick(['both', 'both', 'in', 'out']), forMs };
      case 'split':
        return { kind, groups: this.#groups(), forMs };
      case 'shape':
        return { kind, shape: lots.pick(SHAPES), centre: this.#whom(), forMs };
      case 'freeze':
        return { kind, forMs };
      case 'storm':
        return this.#storm();
      case 'crash':
        return this.#crash(this.#whom());
      case 'crashAtWrite': {
        const step = Math.floor(lots.upTo(WRITE_STEPS + 1));
        return { kind, whom: this.#whom(), how: this.#death(), step, forMs: this.#shortly() };
      }
      case 'failWrites':
        return { kind, whom: this.#whom(), step: Math.floor(lots.upTo(WRITE_STEPS)), forMs };
      case 'hangWrites':
      case 'pause':
      case 'suspend':
        return { kind, whom: this.#whom(), forMs };
      case 'wallJump':
        return { kind, whom: this.#whom(), byMs: this.#jump() };
      case 'transfer':
        return this.#transfer();
      case 'stepDown':
        return { kind, whom: 'LEADER' };
      case 'restart':
        return { kind, whom: this.#whom(), forMs: this.#shortly() };
      case 'rollingRestart': {
        const how = lots.pick(['close', 'kill'] as const);
        return { kind, how, downMs: this.#shortly(), everyMs: lots.upTo(this.#minMs), forMs: 4 * this.#maxMs };
      }
      case 'position':
        return { kind, whom: this.#whom(), to: Math.floor(lots.upTo(3)), forMs };
      default:
        return kind satisfies never;
    }
  }

  #crash(whom: Whom): Fault {
    return { kind: 'crash', whom, how: this.#death(), forMs: this.#shortly() };
  }

  #transfer(): Fault {
    return { kind: 'transfer', whom: 'LEADER', to: this.#lots.chance(0.6) ? undefined : this.#voter() };
  }

  /** Short and wild, or long and late: what is said in it may arrive seconds after it. */
  #storm(): Fault {
    const lots = this.#lots;
    const isLate = lots.chance(0.4);
    const network: NetworkPlan = {
      delayMs: [0, isLate ? lots.between(0.5, lots.chance(0.8) ? 2 : 8) * this.#maxMs : lots.upTo(this.#minMs / 2)],
      loss: lots.chance(0.5) ? 0 : lots.upTo(0.8),
      repeat: lots.chance(0.5) ? 0 : lots.upTo(0.8),
      reorder: isLate || lots.chance(0.7),
    };
    return { kind: 'storm', network, forMs: this.#minMs * (isLate ? lots.upTo(0.5) : lots.upTo(2)) };
  }

  #groups(): readonly (readonly string[])[] {
    const lots = this.#lots;
    const groups: string[][] = [[], [], []];
    const count = lots.chance(0.7) ? 2 : 3;
    for (const { id } of this.#ground.machines) groups[Math.floor(lots.upTo(count))]?.push(id);
    return groups.filter((group) => group.length > 0);
  }

  #jump(): number {
    const byMs = this.#lots.upTo(this.#lots.chance(0.5) ? 1_000 : 100_000);
    return !this.#sleeps && this.#lots.chance(0.5) ? -byMs : byMs;
  }

  /** How long a process is down: half of the time hardly at all, before anybody has noticed. */
  #shortly(): number {
    return this.#lots.chance(0.5) ? this.#lots.upTo(this.#minMs / 5) : this.#lots.upTo(2 * this.#minMs);
  }

  #death(): Death {
    return this.#lots.pick(['kill', 'powerCut']);
  }

  #whom(): Whom {
    if (this.#lots.chance(0.45)) return 'LEADER';
    return this.#lots.chance(0.25) ? 'HEIR' : this.#anybody();
  }

  #anybody(): string {
    return this.#lots.pick(this.#ground.machines).id;
  }

  #voter(): string {
    return this.#lots.pick(this.#ground.voters);
  }
}
