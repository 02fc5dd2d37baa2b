import { GraftError } from '../core/errors.js';
import { describe, type NodeId, parseNodeId } from '../core/names.js';
import { checkNames, type OptionGroup, type OptionNames } from '../core/option-names.js';
import {
  CLUSTER_GROUP,
  ELECTION_OPTIONS,
  type ElectionOptions,
  parseCluster,
  parseTimings,
  settle,
  TIMINGS_GROUP,
} from '../core/options.js';
import type { Rng } from '../core/random.js';
import type { RpcDriver } from '../drivers/rpc-driver.js';
import { FileLog } from '../log/file-log.js';
import { MemoryLog } from '../log/memory-log.js';
import type { TermLog } from '../log/term-log.js';
import { type Clock, systemClock } from './clock.js';
import type { Handler } from './handler.js';
import { type LoggerLike, lineWriter, type WriteLine } from './logger.js';

/** What `Node.start` takes. */
export interface NodeOptions extends ElectionOptions {
  /**
   * This node's id: 1 to 128 letters, digits, `_` and `-`. Default: what the log holds, or else one drawn at random
   * and kept there (rule 4). Needed where the cluster lists its voters.
   */
  readonly id?: string | undefined;
  /** Carries the messages. One driver serves one node; the node initialises and closes it. */
  readonly rpc: RpcDriver;
  readonly handler: Handler;
  /** Where term and vote live: a file path, or a log of one's own. Observers need none. */
  readonly log?: string | TermLog | undefined;
  /**
   * How long, in milliseconds, work that runs under `lead()` may take to end once leadership is to be handed over;
   * the lease is held meanwhile (rule 9). 0 to 2^31 - 1. Default 5000.
   */
  readonly drainTimeoutMs?: number | undefined;
  /**
   * Hears who leads and what goes wrong, in words: `console`, or a logger of pino's, or whatever has `debug`, `info`,
   * `warn` and `error` and takes `(text, fields)`. Default: nothing is logged.
   */
  readonly logger?: LoggerLike | undefined;
  /** Gives up starting: `Node.start` then rejects with the signal's reason, and leaves nothing running. */
  readonly signal?: AbortSignal | undefined;
  /** Time, for simulations. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Randomness, for simulations. Default: `Math.random`. */
  readonly rng?: Rng | undefined;
}

/** What can be asked of any node, whatever runs it. */
export type CommonOptions = Omit<NodeOptions, 'rpc' | 'log' | 'clock' | 'rng'>;

/** {@link CommonOptions}, checked, without what only the core reads. */
export interface CommonSettings {
  readonly id: NodeId | undefined;
  readonly election: ElectionOptions;
  readonly handler: Handler;
  readonly drainTimeoutMs: number;
  readonly writeLine: WriteLine | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The options, checked, without what only the core reads. */
export interface NodeSettings extends CommonSettings {
  readonly rpc: RpcDriver;
  readonly log: TermLog;
  readonly clock: Clock;
  readonly rng: Rng;
}

export const COMMON_OPTIONS: OptionNames<CommonOptions> = {
  ...ELECTION_OPTIONS,
  id: true,
  handler: true,
  drainTimeoutMs: true,
  logger: true,
  signal: true,
};
const NODE_OPTIONS: OptionNames<NodeOptions> = { ...COMMON_OPTIONS, rpc: true, log: true, clock: true, rng: true };

const DEFAULT_DRAIN_TIMEOUT_MS = 5000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Checks everything that can be checked before anything is opened.
 * @throws GraftError with the code and the value of what is wrong.
 */
export function parseNodeOptions(options: NodeOptions): NodeSettings {
  const common = parseCommonOptions(options, NODE_OPTIONS);
  const { rpc } = options;
  if (!hasMethods(rpc, ['init', 'broadcast', 'send', 'close'])) {
    throw new GraftError('MISSING_DRIVER', `rpc is ${describe(rpc)}: give an RpcDriver, for example a NatsRpcDriver`);
  }
  return {
    ...common,
    rpc,
    log: parseLog(options),
    clock: options.clock ?? systemClock,
    rng: options.rng ?? { next: Math.random },
  };
}

/**
 * @param names of all options that may be given.
 * @param groups of options that are given within one of those.
 * @throws GraftError with the code and the value of what is wrong.
 */
export function parseCommonOptions(
  options: CommonOptions,
  names: OptionNames<CommonOptions>,
  groups: readonly OptionGroup[] = [],
): CommonSettings {
  if (typeof options !== 'object' || options === null) {
    throw new GraftError('INVALID_OPTION', `start() was given ${describe(options)}: give it an object of options`);
  }
  checkNames(options, { prefix: '', names }, [TIMINGS_GROUP, CLUSTER_GROUP, ...groups]);
  const { handler, drainTimeoutMs = DEFAULT_DRAIN_TIMEOUT_MS } = options;
  parseCluster(options.cluster);
  parseTimings(options.timings === undefined ? {} : options.timings);
  const id = options.id === undefined ? undefined : parseNodeId(options.id);
  // Without an id, the rest waits for what the log says.
  if (id !== undefined) settle(id, options);
  if (typeof handler !== 'object' || handler === null) {
    throw new GraftError(
      'MISSING_HANDLER',
      `handler is ${describe(handler)}: give a ChanHandler or a Handler, if only {}`,
    );
  }
  if (typeof drainTimeoutMs !== 'number' || !(drainTimeoutMs >= 0 && drainTimeoutMs <= LONGEST_TIMEOUT_MS)) {
    throw new GraftError(
      'INVALID_OPTION',
      `drainTimeoutMs is ${describe(drainTimeoutMs)}: milliseconds, from 0 to ${LONGEST_TIMEOUT_MS}`,
    );
  }
  return {
    id,
    election: { ...options },
    handler,
    drainTimeoutMs,
    writeLine: options.logger === undefined ? undefined : lineWriter(options.logger),
    signal: options.signal,
  };
}

function parseLog({ log, observer }: NodeOptions): TermLog {
  if (typeof log === 'string' && log !== '') return new FileLog(log);
  if (typeof log === 'object' && hasMethods(log, ['open', 'save', 'close'])) return log;
  if (log === undefined && observer === true) return new MemoryLog();
  throw new GraftError(
    'MISSING_LOG',
    `log is ${describe(log)}: give the path of a file that survives restarts; without it a vote could be given twice`,
  );
}

function hasMethods<T extends object>(value: T, names: readonly (keyof T)[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => typeof value[name] === 'function');
}
