import { setMaxListeners } from 'node:events';
import { GraftError, type GraftErrorCode } from '../core/errors.js';
import { type ClusterName, describe, type NodeId, parseClusterName, parseNodeId } from '../core/names.js';
import type { RefusalReason } from '../drivers/control/answer.js';
import type { Arrival, AskFailure, Inquirer } from '../drivers/control/inquirer.js';
import { isRefusal, type NodeRefusal, type NodeReport, readArrival } from '../drivers/control/node-report.js';
import { TimeLimit } from '../drivers/time-limit.js';
import { type ClusterStatus, Round } from './cluster-status.js';

export interface ClusterClientOptions {
  /** The cluster's name. */
  readonly cluster: string;
  /** How the nodes are asked: a `NatsInquirer` or an `HttpInquirer`. */
  readonly inquirer: Inquirer;
  /** Who votes: those who do not answer are missing. Default: as the nodes tell. */
  readonly voters?: readonly string[] | undefined;
}

/** How long a call takes at most. */
export interface Patience {
  /** Milliseconds, 1 to 2^31 - 1. */
  readonly limitMs?: number | undefined;
  /** Ends the call: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface StepDownRequest extends Patience {
  /** Who is to lead next. Default: the heir. */
  readonly to?: string | undefined;
}

/** What came of a step-down. */
export interface SteppedDown {
  readonly from: NodeId;
  /** Who leads now, where the one that stepped down has heard of it. */
  readonly to: NodeId | undefined;
  readonly term: number;
}

export const STATUS_LIMIT_MS = 1_000;
/** The leader's work ends first, and deploy/systemd gives that 20 s; then somebody else is to be heard of. */
export const STEP_DOWN_LIMIT_MS = 60_000;
const WATCH_INTERVAL_MS = 250;

/** When every voter has answered, observers are waited for: this long, or twice as long as the slowest voter took. */
const OBSERVERS_MS = 25;

/** Asks a cluster and commands it, from outside: it is no node, and counts toward no quorum. */
export class ClusterClient {
  readonly #cluster: ClusterName;
  readonly #voters: readonly NodeId[] | undefined;
  readonly #inquirer: Inquirer;

  /** @throws GraftError `INVALID_CLUSTER`, `INVALID_ID`. */
  constructor({ cluster, inquirer, voters }: ClusterClientOptions) {
    this.#cluster = parseClusterName(cluster);
    this.#inquirer = inquirer;
    this.#voters = voters?.map((voter, index) => parseNodeId(voter, `voters[${index}]`));
  }

  /**
   * Asks every node what it knows. Resolves as soon as every voter has answered, and observers have had their time too;
   * where voters are missing, or nobody knows whom to expect, after `limitMs`, 1000 by default.
   * @throws GraftError `DRIVER_FAILED` or `DRIVER_DISCONNECTED` when nobody can be asked; `INVALID_OPTION`.
   */
  async status({ limitMs = STATUS_LIMIT_MS, signal }: Patience = {}): Promise<ClusterStatus> {
    const round = new Round(this.#cluster, this.#voters);
    let observers: TimeLimit | undefined;
    await this.#ask({ inquiry: 'status', of: undefined, to: undefined }, { limitMs, signal }, (answer, end) => {
      if (isRefusal(answer)) return;
      round.add(answer);
      if (observers !== undefined || !round.hasAllVoters) return;
      observers = new TimeLimit(Math.max(OBSERVERS_MS, 2 * round.slowestMs), end);
    }).finally(() => observers?.end());
    const status = round.end(Date.now());
    const { obstacle } = this.#inquirer;
    if (status.nodes.length > 0 || obstacle === undefined) return status;
    throw new GraftError('DRIVER_FAILED', `nobody answered, and ${obstacle}`);
  }

  /**
   * Asks again and again, every `intervalMs` (250 by default), until `signal` aborts, which ends the iteration. What comes
   * and goes between two rounds is not seen.
   * @throws as {@link ClusterClient.status} does; the iteration can be begun anew then.
   */
  async *watch({
    intervalMs = WATCH_INTERVAL_MS,
    limitMs,
    signal,
  }: Patience & { readonly intervalMs?: number | undefined } = {}): AsyncGenerator<ClusterStatus, void> {
    const isOver = (): boolean => signal?.aborted === true;
    while (!isOver()) {
      const begunMs = performance.now();
      const status = await this.status({ limitMs, signal }).catch((error: unknown) => {
        if (isOver()) return undefined;
        throw error;
      });
      if (status === undefined) return;
      yield status;
      await untilPast(begunMs + intervalMs, signal);
    }
  }

  /**
   * Has the leader step down: for `to`, or for its heir. Resolves when it has, and somebody else was heard to lead, or
   * nobody for an election timeout. Takes as long as the leader's work takes to end; `limitMs`, 60000 by default, is how
   * long its answer is waited for.
   * @throws GraftError `NO_LEADER` when nobody leads; `STEP_DOWN_OFF` when the leader does not allow it; `NOT_LEADER` when
   *   it has just stopped to lead; `NO_HEIR` when nobody can take over, or not `to`; `NO_SUCCESSOR` when nobody did;
   *   `NO_ANSWER` when the leader does not answer in time: whether it steps down is unknown then; `INVALID_ID`;
   *   `INVALID_OPTION`; and as {@link ClusterClient.status} does.
   */
  async stepDown({ to, limitMs = STEP_DOWN_LIMIT_MS, signal }: StepDownRequest = {}): Promise<SteppedDown> {
    const heir = to === undefined ? undefined : parseNodeId(to, 'to');
    checkLimit(limitMs);
    const { leader, missing } = await this.status({ limitMs: Math.min(limitMs, STATUS_LIMIT_MS), signal });
    if (leader === undefined) {
      const silent = missing.length === 0 ? '' : `; no answer from ${missing.join(', ')}`;
      throw new GraftError('NO_LEADER', `nobody leads cluster ${this.#cluster}, as far as its nodes tell${silent}`);
    }
    if (leader === heir) throw new GraftError('INVALID_OPTION', `to is ${describe(to)}, which leads already`);
    return await this.#stepDown(leader, heir, { limitMs, signal });
  }

  /** Closes what the inquirer opened. */
  close(): Promise<void> {
    return this.#inquirer.close();
  }

  /** As {@link ClusterClient.close}: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #stepDown(leader: NodeId, to: NodeId | undefined, patience: Patience): Promise<SteppedDown> {
    let answer: NodeReport | NodeRefusal | undefined;
    let failure: AskFailure | undefined;
    const hear = (arrived: NodeReport | NodeRefusal, end: () => void): void => {
      if (arrived.id !== leader || answer !== undefined) return;
      answer = arrived;
      end();
    };
    await this.#ask({ inquiry: 'stepDown', of: leader, to }, patience, hear, (failed, end) => {
      if (failed.of !== leader) return;
      failure = failed;
      end();
    });
    if (answer === undefined) {
      if (failure?.mayBeTaken === false) {
        throw new GraftError('DRIVER_FAILED', `${leader} cannot be asked to step down: ${failure.reason}`);
      }
      const why = failure?.reason ?? `no answer came within ${patience.limitMs} ms: it may be ending its work still`;
      throw new GraftError('NO_ANSWER', `${leader} was asked to step down, and ${why}; see status()`);
    }
    if (isRefusal(answer)) throw new GraftError(CODES[answer.error], answer.message);
    return { from: leader, to: answer.leader, term: answer.term };
  }

  /** Resolves when `hear` has called `end`, or time is up. */
  async #ask(
    { inquiry, of, to }: Asking,
    { limitMs, signal }: Patience,
    hear: (answer: NodeReport | NodeRefusal, end: () => void) => void,
    fail?: (failure: AskFailure, end: () => void) => void,
  ): Promise<void> {
    const cluster = this.#cluster;
    checkLimit(limitMs);
    await this.#inquirer.open(signal);
    signal?.throwIfAborted();
    const over = new AbortController();
    // One for each node that is asked: no leak, however many there are.
    setMaxListeners(0, over.signal);
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        over.abort();
        resolve();
      };
      const limit = new TimeLimit(limitMs, end);
      over.signal.addEventListener('abort', () => limit.end(), { once: true });
      signal?.addEventListener('abort', end, { once: true, signal: over.signal });
      const arrive = (arrival: Arrival): void => {
        const answer = readArrival(arrival, cluster);
        if (answer !== undefined) hear(answer, end);
      };
      try {
        this.#inquirer.ask({ cluster, inquiry, of, body: { to } }, arrive, over.signal, (failure) =>
          fail?.(failure, end),
        );
      } catch (error) {
        over.abort();
        reject(error);
      }
    });
    signal?.throwIfAborted();
  }
}

interface Asking {
  readonly inquiry: 'status' | 'stepDown';
  readonly of: NodeId | undefined;
  readonly to: NodeId | undefined;
}

const CODES = {
  malformed: 'DRIVER_FAILED',
  stepDownOff: 'STEP_DOWN_OFF',
  notLeader: 'NOT_LEADER',
  noHeir: 'NO_HEIR',
  noSuccessor: 'NO_SUCCESSOR',
  failed: 'DRIVER_FAILED',
} as const satisfies Record<RefusalReason, GraftErrorCode>;

function checkLimit(limitMs: unknown): asserts limitMs is number {
  // A timer takes no longer delay: it would come due at once.
  if (typeof limitMs === 'number' && limitMs >= 1 && limitMs <= 2 ** 31 - 1) return;
  throw new GraftError('INVALID_OPTION', `limitMs is ${describe(limitMs)}: give milliseconds from 1 to 2^31 - 1`);
}

/** Resolves at `atMs`, or when `signal` aborts. */
async function untilPast(atMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  const done = new AbortController();
  await new Promise<void>((resolve) => {
    const limit = new TimeLimit(Math.max(0, atMs - performance.now()), resolve);
    const onAbort = (): void => {
      limit.end();
      resolve();
    };
    signal?.addEventListener('abort', onAbort, { once: true, signal: done.signal });
  });
  done.abort();
}
