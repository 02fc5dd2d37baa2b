import { seededRandom } from '../../support/seeded-random.js';
import { Chaos } from './chaos.js';
import { type Fault, Weather } from './faults.js';
import { Invariants } from './invariants.js';
import { Machine, type MakeElector } from './machine.js';
import { Network } from './network.js';
import { describePlan, drawPlan, type PlanOptions } from './plan.js';
import { Timeline } from './timeline.js';

export interface WorldOptions extends PlanOptions {
  /** Decides everything. */
  readonly seed: number;
  readonly makeElector?: MakeElector;
  /** True time under faults, in milliseconds. Default 30 s. */
  readonly faultyMs?: number;
  /** What goes wrong; everything by default. */
  readonly faults?: readonly Fault[];
  readonly forgetsDisk?: boolean;
}

/** What a world came to. */
export interface WorldReport {
  readonly seed: number;
  /** The first breach of an invariant, and when. */
  readonly violation: string | undefined;
  readonly plan: string;
  /** How often what happened. */
  readonly seen: ReadonlyMap<string, number>;
  readonly events: number;
}

/** How long a healed world has to find its leader; messages of the faulty past may be under way for 5 s of it. */
const HEALING_MS = 15_000;
/** How long that leader has to last at least. */
const STEADY_MS = 2_000;
/** A world of five voters at full chatter stays far below. */
const MOST_EVENTS = 600_000;

/**
 * Bare electors with clocks, disks and a network that go wrong, in true time, which is known here and nowhere else.
 * First safety under faults; then everything heals, and a leader is demanded.
 */
export class World {
  readonly #seed: number;
  readonly #plan: string;
  readonly #faultyMs: number;
  readonly #timeline = new Timeline();
  readonly #weather: Weather;
  readonly #network: Network;
  readonly #machines: readonly Machine[];
  readonly #invariants: Invariants;
  readonly #chaos: Chaos;

  constructor(options: WorldOptions) {
    const { seed, makeElector, faults, faultyMs = 30_000, forgetsDisk = false } = options;
    const random = seededRandom(seed);
    const plan = drawPlan(random, options);
    const { lossRate, lateRate } = plan;
    const timeline = this.#timeline;
    const weather = new Weather(faults);
    const network = new Network({ timeline, weather, random, lossRate, lateRate });
    const surroundings = { timeline, network, weather, random, makeElector, forgetsDisk };
    const machines = plan.machines.map((machine) => new Machine(machine, plan, surroundings));
    const invariants = new Invariants(machines);
    network.connect(machines);
    for (const machine of machines) {
      machine.watch(invariants);
      timeline.in(random() * 200, () => machine.start());
    }
    this.#seed = seed;
    this.#plan = describePlan(plan);
    this.#faultyMs = faultyMs;
    this.#weather = weather;
    this.#network = network;
    this.#machines = machines;
    this.#invariants = invariants;
    this.#chaos = new Chaos({ timeline, network, weather, machines, invariants, random });
  }

  run(): WorldReport {
    this.#chaos.begin();
    this.#runUntil(this.#faultyMs);
    this.#heal();
    this.#runUntil(this.#faultyMs + HEALING_MS - STEADY_MS);
    const term = this.#leaderTerm();
    this.#runUntil(this.#faultyMs + HEALING_MS);
    if (term === undefined || this.#leaderTerm() !== term) {
      this.#invariants.fail(`liveness: no lasting leader within ${HEALING_MS} ms after healing`);
    }
    const { violation, seen } = this.#invariants;
    const at = `t = ${this.#timeline.nowMs.toFixed(1)} ms`;
    return {
      seed: this.#seed,
      violation: violation === undefined ? undefined : `${violation} (${at})`,
      plan: this.#plan,
      seen,
      events: this.#timeline.count,
    };
  }

  #runUntil(limitMs: number): void {
    if (this.#invariants.violation !== undefined) return;
    this.#timeline.runUntil(limitMs, () => {
      if (this.#timeline.count > MOST_EVENTS) this.#invariants.fail(`rest: more than ${MOST_EVENTS} events`);
      return this.#invariants.violation !== undefined;
    });
  }

  #heal(): void {
    this.#weather.calmDown();
    this.#network.healAll();
    for (const machine of this.#machines) machine.start();
  }

  #leaderTerm(): number | undefined {
    return this.#machines.find((machine) => machine.leads)?.elector?.term;
  }
}

/** Runs worlds from `firstSeed` on, until one breaks an invariant or `seeds` have run. */
export function firstViolation(
  seeds: number,
  options: Omit<WorldOptions, 'seed'>,
  firstSeed = 1,
): WorldReport | undefined {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const report = new World({ ...options, seed }).run();
    if (report.violation !== undefined) return report;
  }
  return undefined;
}

/** A failure as it is shown, with the command that repeats it. */
export function describeFailure({ seed, violation, plan, events }: WorldReport): string {
  return [
    `FAILED  ${violation}`,
    `seed    ${seed}, after ${events} events`,
    `world   ${plan}`,
    `replay  GRAFT_SEED=${seed} npx vitest run test/core/worlds.test.ts`,
  ].join('\n');
}
