import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';
import { checkNames, type OptionGroup, type OptionNames } from '../../core/option-names.js';
import type { NodeOptions } from '../../node/options.js';
import { COMMON_OPTIONS, type CommonSettings, parseCommonOptions } from '../../node/options.js';
import type { ModuleDescription, RpcDescription } from '../between/rpc-description.js';
import { cannotCross, checkCrossing } from './crossing.js';

/** How a node and the main thread live together. All in milliseconds. */
export interface ThreadOptions {
  /**
   * For how long the main thread may show no life before the node hands leadership over and only votes until it is back.
   * Longer than anything that the service does without a pause; shorter than what a hung service may be left in charge.
   * 100 to 600000. Default 5000.
   */
  readonly mainThreadTimeoutMs?: number | undefined;
  /**
   * How old what `handler.currentState` said may be when a vote is asked for; older, nothing is asked (rule 13). While the
   * main thread runs, it is a tenth of a second old at most. 100 to 600000. Default 1000.
   */
  readonly positionMaxAgeMs?: number | undefined;
}

/** What `ThreadedNode.start` takes: what `Node.start` does, with what makes the driver in place of a driver. */
export interface ThreadedNodeOptions extends Omit<NodeOptions, 'rpc' | 'log' | 'clock' | 'rng'> {
  /** Which driver the worker is to make. */
  readonly rpc: RpcDescription;
  /** The path of the log, from the working directory of this moment. Observers need none. */
  readonly log?: string | undefined;
  readonly thread?: ThreadOptions | undefined;
}

/** The options, checked as far as this thread can. */
export interface ThreadedSettings extends CommonSettings {
  readonly rpc: RpcDescription;
  readonly log: string | undefined;
  readonly mainThreadTimeoutMs: number;
  readonly positionMaxAgeMs: number;
}

const THREAD_GROUP: OptionGroup = {
  prefix: 'thread.',
  names: { mainThreadTimeoutMs: true, positionMaxAgeMs: true } satisfies OptionNames<ThreadOptions>,
};
/** With those of a node that are refused by name. */
const THREADED_OPTIONS: OptionNames<ThreadedNodeOptions & Pick<NodeOptions, 'clock' | 'rng'>> = {
  ...COMMON_OPTIONS,
  rpc: true,
  log: true,
  thread: true,
  clock: true,
  rng: true,
};

const SHORTEST_MS = 100;
const LONGEST_MS = 600_000;

/**
 * @throws GraftError `CANNOT_CROSS_THREADS` for what cannot go into a worker; else as `Node.start`.
 */
export function parseThreadedOptions(options: ThreadedNodeOptions): ThreadedSettings {
  const common = parseCommonOptions(options, THREADED_OPTIONS, [THREAD_GROUP]);
  const { rpc, log, observer, thread = {} } = options;
  for (const name of ['clock', 'rng'] as const) {
    if (name in options && Reflect.get(options, name) !== undefined) {
      throw cannotCross(
        name,
        'made of functions',
        "a node in a thread goes by the machine's; simulate with Node.start",
      );
    }
  }
  if (typeof log === 'object' && log !== null) throw cannotCross('log', 'an object', 'give the path of a file');
  if (log === '' || (log === undefined && observer !== true) || (log !== undefined && typeof log !== 'string')) {
    throw new GraftError(
      'MISSING_LOG',
      `log is ${describe(log)}: give the path of a file that survives restarts; without it a vote could be given twice`,
    );
  }
  if (typeof thread !== 'object' || thread === null) {
    throw new GraftError(
      'INVALID_OPTION',
      `thread is ${describe(thread)}: give { mainThreadTimeoutMs, ... }, or nothing`,
    );
  }
  checkNames(thread, THREAD_GROUP);
  return {
    ...common,
    rpc: parseRpc(rpc),
    log,
    mainThreadTimeoutMs: parseMs('mainThreadTimeoutMs', thread.mainThreadTimeoutMs ?? 5000),
    positionMaxAgeMs: parseMs('positionMaxAgeMs', thread.positionMaxAgeMs ?? 1000),
  };
}

const EXAMPLES =
  "give { nats: { servers } }, { http: { peers } } or { module: new URL('./my-driver.js', import.meta.url) }";

function parseRpc(rpc: RpcDescription): RpcDescription {
  if (typeof rpc !== 'object' || rpc === null) {
    throw new GraftError('MISSING_DRIVER', `rpc is ${describe(rpc)}: ${EXAMPLES}`);
  }
  if ('init' in rpc && typeof rpc.init === 'function') {
    throw cannotCross('rpc', 'a driver of this thread', `the worker makes its own: ${EXAMPLES}`);
  }
  const kinds = (['nats', 'http', 'module'] as const).filter((kind) => kind in rpc);
  if (kinds.length !== 1) {
    const found = kinds.length === 0 ? Object.keys(rpc).join(', ') || 'nothing' : kinds.join(' and ');
    throw new GraftError('MISSING_DRIVER', `rpc describes no one driver, but ${found}: ${EXAMPLES}`);
  }
  if ('module' in rpc) return parseModule(rpc);
  if ('nats' in rpc) checkNats(rpc.nats);
  if ('http' in rpc) checkHttp(rpc.http);
  checkCrossing('rpc', rpc);
  return rpc;
}

function checkNats(nats: unknown): void {
  if (typeof nats !== 'object' || nats === null) {
    throw new GraftError('INVALID_OPTION', `rpc.nats is ${describe(nats)}: give the options of the client's connect`);
  }
  if ('publish' in nats && typeof nats.publish === 'function') {
    throw cannotCross('rpc.nats', 'an open connection', 'the worker opens its own: give the options of connect()');
  }
  if ('authenticator' in nats && nats.authenticator !== undefined) {
    throw cannotCross('rpc.nats.authenticator', 'made of functions', 'give credentialsFile, user and pass, or token');
  }
}

function checkHttp(http: unknown): void {
  if (typeof http === 'object' && http !== null && 'listen' in http && http.listen === 'mounted') {
    const what = "'mounted', into a server of this thread";
    throw cannotCross('rpc.http.listen', what, 'let the driver listen by itself, at a port of its own');
  }
}

function parseModule(rpc: ModuleDescription): ModuleDescription {
  const { module, export: name = 'default', options } = rpc;
  const url = String(module);
  if (!URL.canParse(url)) {
    throw new GraftError(
      'INVALID_OPTION',
      `rpc.module is ${describe(module)}, which is found from the worker, not from here: ` +
        "give a whole URL, new URL('./my-driver.js', import.meta.url)",
    );
  }
  if (typeof name !== 'string' || name === '') {
    throw new GraftError('INVALID_OPTION', `rpc.export is ${describe(name)}: give the name of an export`);
  }
  checkCrossing('rpc.options', options);
  return { module: url, export: name, options };
}

function parseMs(name: keyof ThreadOptions, value: number): number {
  if (typeof value === 'number' && value >= SHORTEST_MS && value <= LONGEST_MS) return value;
  throw new GraftError(
    'INVALID_OPTION',
    `thread.${name} is ${describe(value)}: milliseconds, from ${SHORTEST_MS} to ${LONGEST_MS}`,
  );
}
