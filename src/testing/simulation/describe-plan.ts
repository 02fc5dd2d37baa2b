import { describeFault, describeNetwork } from './describe-fault.js';
import type { Plan } from './plan.js';

/** A world in a few words: what a failure report says of it. */
export function describePlan({ cluster, machines, timings, preVote, network, disk, harm, ...plan }: Plan): string {
  const voters = machines.filter(({ observer }) => !observer);
  const observers = machines.length - voters.length;
  const rates = machines.filter(({ rate }) => rate !== 1).map(({ id, rate }) => `${id} ${rate.toFixed(3)}`);
  const priorities = voters.filter(({ priority }) => priority !== 1).map(({ id, priority }) => `${id} ${priority}`);
  const { electionTimeoutMinMs: min, electionTimeoutMaxMs: max, heartbeatIntervalMs: beat } = timings;
  return [
    `${voters.length} voter${voters.length === 1 ? '' : 's'} ${'size' in cluster ? `of size ${cluster.size}` : 'by name'}`,
    ...(observers > 0 ? [`${observers} observers`] : []),
    `${voters.some(({ logTerm }) => logTerm !== undefined) ? 'kept' : 'new'} logs`,
    `timings ${min}/${max}/${beat} ms`,
    describeNetwork(network),
    ...(disk.stepMs > 0 ? [`disk steps to ${disk.stepMs.toFixed(1)} ms`] : []),
    ...(disk.failure > 0 ? [`writes fail ${disk.failure.toFixed(2)}`] : []),
    ...(rates.length > 0 ? [`rates ${rates.join(' ')} (drift ${timings.maxClockDrift})`] : []),
    ...(priorities.length > 0 ? [`priorities ${priorities.join(' ')}`] : []),
    ...(preVote ? [] : ['no pre-vote']),
    ...(plan.comparesPositions ? ['positions compared'] : []),
    ...(plan.drainMs === undefined ? [] : [`work drains ${plan.drainMs} ms`]),
    ...(harm === 'none' ? [] : [`harm expected: ${harm}`]),
  ].join('; ');
}

/** The schedule, a line for each item that is kept: its index, its time, and what happens. */
export function describeSchedule({ schedule }: Plan, keep?: readonly number[]): readonly string[] {
  return schedule.flatMap((item, index) =>
    keep === undefined || keep.includes(index)
      ? [`${String(index).padStart(3)}  ${item.atMs.toFixed(0).padStart(6)} ms  ${describeFault(item)}`]
      : [],
  );
}
