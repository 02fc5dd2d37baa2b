import type { Cluster, Timings } from '../../../src/core/options.js';

/** One machine of a world, as it is set up for good. */
export interface MachinePlan {
  readonly id: string;
  readonly observer: boolean;
  readonly priority: number;
  /** How fast its clocks run. */
  readonly rate: number;
}

/** What a world is made of: drawn once, before anything happens in it. */
export interface WorldPlan {
  readonly cluster: Cluster;
  readonly machines: readonly MachinePlan[];
  readonly timings: Partial<Timings>;
  readonly preVote: boolean;
  /** The chance that a message is lost, and that it is late. */
  readonly lossRate: number;
  readonly lateRate: number;
}

/** What a test may fix of a plan; the rest is drawn. */
export interface PlanOptions {
  readonly voters?: number;
  readonly timings?: Partial<Timings>;
  /** Clocks run at 1 ± this. */
  readonly drift?: number;
  readonly preVote?: boolean;
  readonly lossRate?: number;
  readonly lateRate?: number;
}

const TIMINGS: readonly Partial<Timings>[] = [
  {},
  {},
  { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300, heartbeatIntervalMs: 30 },
  { electionTimeoutMinMs: 300, electionTimeoutMaxMs: 300, heartbeatIntervalMs: 100, requestIntervalMs: 10 },
];
const PRIORITIES = [0, 1, 1, 1, 5, 255];

export function drawPlan(random: () => number, options: PlanOptions): WorldPlan {
  const pick = <T>(choices: readonly T[], otherwise: T): T =>
    choices[Math.floor(random() * choices.length)] ?? otherwise;
  const chance = (probability: number) => random() < probability;
  const drift = options.drift ?? 0.05;
  const rate = () => 1 + drift * (chance(0.5) ? pick([-1, 1], 1) : random() * 2 - 1);

  const size = options.voters ?? 1 + Math.floor(random() * 5);
  const voters = Array.from({ length: size }, (_, index) => `n${index}`);
  const ranked = chance(0.3);
  const machines: MachinePlan[] = voters.map((id, index) => {
    // One voter at least has to be able to lead.
    const priority = ranked && index > 0 ? pick(PRIORITIES, 1) : 1;
    return { id, observer: false, priority, rate: rate() };
  });
  const observers = chance(0.2) ? 1 + Math.floor(random() * 2) : 0;
  for (let index = 0; index < observers; index++) {
    machines.push({ id: `o${index}`, observer: true, priority: 1, rate: rate() });
  }
  return {
    cluster: chance(0.7) ? { name: 'world', voters } : { name: 'world', size },
    machines,
    timings: options.timings ?? pick(TIMINGS, {}),
    preVote: options.preVote ?? chance(0.9),
    lossRate: options.lossRate ?? (chance(0.5) ? 0 : random() * 0.3),
    lateRate: options.lateRate ?? (chance(0.5) ? 0 : random() * 0.05),
  };
}

/** The plan in one line, for a report. */
export function describePlan({ cluster, machines, timings, preVote, lossRate, lateRate }: WorldPlan): string {
  const observers = machines.filter(({ observer }) => observer).length;
  return [
    `${machines.length - observers} voters ${'voters' in cluster ? 'by name' : 'by size'}, ${observers} observers`,
    `priorities ${machines.map(({ priority }) => priority).join(' ')}`,
    `clock rates ${machines.map(({ rate }) => rate.toFixed(3)).join(' ')}`,
    `timings ${JSON.stringify(timings)}, pre-vote ${preVote ? 'on' : 'off'}`,
    `loss ${lossRate.toFixed(2)}, late ${lateRate.toFixed(3)}`,
  ].join('; ');
}
