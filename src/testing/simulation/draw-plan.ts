import { parseTimings, type Timings } from '../../core/options.js';
import { derivedRng } from './derived-rng.js';
import { drawSchedule, SLOWEST } from './draw-schedule.js';
import { Lots } from './lots.js';
import type { DiskPlan, Harm, MachinePlan, NetworkPlan, Plan } from './plan.js';

/** How often each number of voters is drawn. */
const SIZES = { 1: 2, 2: 6, 3: 58, 4: 8, 5: 18, 6: 4, 7: 4 };
const HARMS: Readonly<Record<Harm, number>> = { none: 94, fastClocks: 2, lostDisks: 2, crowd: 2 };

const TIMINGS: readonly (readonly [weight: number, timings: Partial<Timings>])[] = [
  [20, {}],
  // Asking less often makes worlds without a leader three times as fast, and leaves every other time as it is.
  [50, { requestIntervalMs: 100 }],
  [12, { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300, heartbeatIntervalMs: 30, requestIntervalMs: 30 }],
  [8, { electionTimeoutMinMs: 300, electionTimeoutMaxMs: 450, heartbeatIntervalMs: 100, requestIntervalMs: 10 }],
  [
    6,
    {
      electionTimeoutMinMs: 400,
      electionTimeoutMaxMs: 800,
      heartbeatIntervalMs: 50,
      requestIntervalMs: 50,
      maxClockDrift: 0.2,
    },
  ],
  [4, { electionTimeoutMinMs: 400, electionTimeoutMaxMs: 700, heartbeatIntervalMs: 150, maxClockDrift: 0.01 }],
];
const PRIORITIES = [0, 1, 1, 1, 5, 255] as const;

/**
 * Draws a whole world from one seed: the same for ever, as long as the snapshot test of this library's repository
 * holds.
 */
export function drawPlan(seed: number): Plan {
  const lots = new Lots(derivedRng(seed, 'plan'));
  const size = Number(lots.weighted(SIZES));
  const harm = harmOf(lots, size);
  const timings = parseTimings(lots.weightedOf(TIMINGS));
  const disk = drawDisk(lots);
  const machines = drawMachines(lots, { size, harm, timings });
  const voters = machines.filter(({ observer }) => !observer).map(({ id }) => id);
  const name = 'simulated';
  const bySize = harm === 'crowd' || lots.chance(0.25);
  // Clocks that need not keep time make no candidate wait for anybody: without a pre-vote, votes split too often then.
  const preVote = lots.chance(0.93);
  const { schedule, quietAtMs } = drawSchedule(derivedRng(seed, 'schedule'), { machines, timings, harm, voters });
  return {
    seed,
    cluster: bySize ? { name, size: harm === 'crowd' ? Math.max(1, size - 1) : size } : { name, voters },
    machines,
    timings,
    preVote,
    network: drawNetwork(lots),
    disk,
    drainMs: lots.chance(0.4) ? Math.floor(lots.upTo(60)) : undefined,
    comparesPositions: machines.some(({ position }) => position > 0) || lots.chance(0.15),
    harm,
    schedule,
    quietAtMs,
  };
}

function harmOf(lots: Lots, size: number): Harm {
  const harm = lots.weighted(HARMS);
  return size < 2 ? 'none' : harm;
}

function drawMachines(
  lots: Lots,
  { size, harm, timings }: { readonly size: number; readonly harm: Harm; readonly timings: Timings },
): readonly MachinePlan[] {
  const { maxClockDrift } = timings;
  const drift = harm === 'fastClocks' ? 0.3 + lots.upTo(0.3) : lots.chance(0.6) ? maxClockDrift : 0;
  const ranked = lots.chance(0.3);
  const positioned = lots.chance(0.1);
  // The first second of new logs is much the same in every world, and the most costly to simulate.
  const isNew = lots.chance(0.15);
  const machine = (id: string, index: number, observer: boolean): MachinePlan => ({
    id,
    observer,
    // One voter at least has to be able to lead.
    priority: ranked && index > 0 && !observer ? lots.pick(PRIORITIES) : 1,
    rate: harm === 'fastClocks' && !observer ? (id === SLOWEST ? 1 - drift : 1 + drift) : rateOf(lots, drift),
    position: positioned && index === 0 ? 1 : 0,
    logTerm: isNew ? undefined : Math.floor(lots.upTo(3)),
  });
  const observers = lots.chance(0.15) ? 1 + Math.floor(lots.upTo(2)) : 0;
  return [
    ...Array.from({ length: size }, (_, index) => machine(`n${index}`, index, false)),
    ...Array.from({ length: observers }, (_, index) => machine(`o${index}`, index, true)),
  ];
}

/** The harm is in the extremes: half of all clocks are as fast or as slow as they may be. */
function rateOf(lots: Lots, drift: number): number {
  if (drift === 0) return 1;
  if (lots.chance(0.5)) return 1 + (lots.chance(0.5) ? drift : -drift);
  return 1 + drift * (lots.upTo(2) - 1);
}

export function drawNetwork(lots: Lots): NetworkPlan {
  const longestMs = lots.weighted({ 2: 60, 20: 25, 60: 15 });
  return {
    delayMs: [lots.chance(0.5) ? 0.2 : 0, Number(longestMs)],
    loss: lots.chance(0.5) ? 0 : lots.upTo(lots.chance(0.7) ? 0.1 : 0.3),
    repeat: lots.chance(0.6) ? 0 : lots.upTo(0.2),
    reorder: lots.chance(0.5),
  };
}

function drawDisk(lots: Lots): DiskPlan {
  return {
    stepMs: lots.chance(0.6) ? 0 : lots.upTo(lots.chance(0.7) ? 1 : 8),
    failure: lots.chance(0.8) ? 0 : lots.upTo(0.2),
  };
}
