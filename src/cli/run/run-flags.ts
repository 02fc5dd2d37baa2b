import { leaseDurationMs } from '../../core/lease.js';
import { DEFAULT_TIMINGS, type Timings } from '../../core/options.js';
import { UsageError } from '../failure.js';
import type { Flags, Given } from '../flags.js';
import type { Margins } from './fate.js';
import type { OnExit } from './supervisor.js';

export const NODE_FLAGS = {
  cluster: { short: 'c', value: 'NAME', env: 'GRAFT_CLUSTER', help: "the cluster's name" },
  voters: { value: 'IDS', env: 'GRAFT_VOTERS', help: 'who votes, with commas between; the same list on every node' },
  size: { value: 'N', help: 'or how many vote, whoever they are' },
  id: { value: 'ID', help: 'this node, one of the voters' },
  log: { value: 'FILE', help: 'where its term and vote are kept; must survive restarts' },
  priority: { value: 'N', help: 'who takes over first; 0 never leads', default: '1' },
  'allow-step-down': { help: 'lets graft step-down make this node hand over' },
} as const satisfies Flags;

export const PROGRAM_FLAGS = {
  'on-exit': { value: 'WHAT', help: 'when the program ends by itself: restart, step-down or exit', default: 'restart' },
  grace: { value: 'TIME', help: 'from SIGTERM to SIGKILL, where leadership is handed over', default: '5s' },
  'warn-before': { value: 'TIME', help: 'SIGTERM when the lease has this left', default: '40 % of the lease' },
  'kill-before': { value: 'TIME', help: 'SIGKILL when the lease has this left', default: '20 % of the lease' },
} as const satisfies Flags;

export const TIMING_FLAGS = {
  'election-timeout-min': {
    value: 'TIME',
    help: 'how long a voter stands by its leader; the shortest random wait',
    default: '500ms',
  },
  'election-timeout-max': { value: 'TIME', help: 'longest random wait', default: 'twice the shortest' },
  'heartbeat-interval': { value: 'TIME', help: 'how often the leader says that it lives', default: '100ms' },
} as const satisfies Flags;

const DEFAULT_GRACE_MS = 5_000;
const WARN_SHARE = 0.4;
const KILL_SHARE = 0.2;
/** What a watchdog cannot see: it looks every 10 ms, and a busy machine lets it wait. */
const LEAST_KILL_MS = 20;

export function timingsGiven(given: Given): Partial<Timings> {
  const [min, max] = [given.durationMs('election-timeout-min'), given.durationMs('election-timeout-max')];
  const heartbeatIntervalMs = given.durationMs('heartbeat-interval');
  return {
    ...(min !== undefined && { electionTimeoutMinMs: min }),
    // Whoever doubles the one means to double the other.
    ...((max ?? min) !== undefined && { electionTimeoutMaxMs: max ?? (min ?? 0) * 2 }),
    ...(heartbeatIntervalMs !== undefined && { heartbeatIntervalMs }),
  };
}

/** @throws UsageError when they leave the program no time, or would end it while all is well. */
export function marginsGiven(given: Given, timings: Partial<Timings>): Margins {
  const { electionTimeoutMinMs, maxClockDrift, heartbeatIntervalMs } = { ...DEFAULT_TIMINGS, ...timings };
  const leaseMs = leaseDurationMs(electionTimeoutMinMs, maxClockDrift);
  const warnMs = given.durationMs('warn-before') ?? leaseMs * WARN_SHARE;
  const killMs = given.durationMs('kill-before') ?? leaseMs * KILL_SHARE;
  if (killMs < LEAST_KILL_MS) {
    throw new UsageError(
      `--kill-before is ${killMs} ms: give ${LEAST_KILL_MS}ms or more, since to kill takes time too`,
    );
  }
  if (warnMs < killMs) throw new UsageError(`--warn-before (${warnMs} ms) is less than --kill-before (${killMs} ms)`);
  // The lease is prolonged once in a heartbeat interval, so it is down by that much all the time.
  if (warnMs + heartbeatIntervalMs * 1.5 > leaseMs) {
    throw new UsageError(
      `--warn-before (${Math.round(warnMs)} ms) leaves no room between heartbeats (${heartbeatIntervalMs} ms) in a lease ` +
        `of ${Math.round(leaseMs)} ms: the program would be told to end while all is well`,
    );
  }
  return { warnMs, killMs };
}

export function graceGiven(given: Given): number {
  return given.durationMs('grace') ?? DEFAULT_GRACE_MS;
}

export function onExitGiven(given: Given): OnExit {
  const policy = given.text('on-exit') ?? 'restart';
  if (policy === 'restart' || policy === 'step-down' || policy === 'exit') return policy;
  throw new UsageError(`--on-exit is ${JSON.stringify(policy)}: give restart, step-down or exit`);
}
