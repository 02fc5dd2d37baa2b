import type { GraftError } from '../../core/errors.js';
import { describe, type NodeId } from '../../core/names.js';
import { TimeLimit } from '../time-limit.js';
import type { HttpPoolLike, HttpRequestLike } from './client-like.js';
import { exchange, type Reply } from './exchange.js';
import type { Parcel } from './parcel.js';
import { ParcelQueue } from './parcel-queue.js';
import { PeerHealth } from './peer-health.js';
import { isRefusedConnection } from './refused-connection.js';
import { REJECTION_STATUS } from './rejections.js';
import { ID_PATH, pathOf } from './routes.js';

/** One connection to talk on, and one for when a request there is overdue. */
export const CONNECTIONS = 2;

/**
 * How many of its limits a request has before it is given up. Far more than one: to give a request up is to drop its
 * connection, and a peer that is slow for a moment would be made slower by the handshakes, up to the point where it never
 * catches up. Until then the second connection carries on; where that is held up too, nothing goes there until one of the
 * two ends: what was said is with the peer's machine already, and more would make a slow one slower.
 */
const LIMITS_UNTIL_GIVEN_UP = 12;

/** How many of its limits a message may wait for its turn. */
const LIMITS_UNTIL_STALE = 2;

/** A connection that nothing was said on for this many milliseconds is asked something, so that it stays up. */
const IDLE_MS = 1_000;

export interface PeerLinkStart {
  readonly id: NodeId;
  /** The peer's address and the prefix: where its routes begin. */
  readonly base: URL;
  readonly pool: HttpPoolLike;
  /** Said with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds that a request may hold up the next. */
  readonly requestTimeoutMs: number;
  readonly report: (error: GraftError) => void;
  /** Nothing listens at the peer's address: its process is gone. */
  readonly gone: () => void;
}

/** What `GET /status` tells of a peer. */
export interface PeerCounts {
  /** Whether its last request was answered, whatever the answer said. */
  readonly isAnswering: boolean;
  /** Messages that it took. */
  readonly taken: number;
  /** Messages that it did not answer in time, or refused. */
  readonly failed: number;
  /** Messages that were overtaken by newer ones, or too old when their turn came. */
  readonly dropped: number;
  readonly queued: number;
}

/**
 * The way to one peer: a connection that is kept, one request at a time, so that what is sent keeps its order. Each peer
 * has its own, so none waits for another.
 */
export class PeerLink {
  readonly #start: PeerLinkStart;
  readonly #queue: ParcelQueue;
  readonly #health: PeerHealth;
  readonly #open = new Set<Promise<void>>();
  #isWorking = false;
  #isClosing = false;
  /** A connection has ended since the last request was sent. */
  #hasLostConnection = false;
  #whenIdle: (() => void) | undefined;
  #taken = 0;
  #failed = 0;
  #lastAskedMs = Number.NEGATIVE_INFINITY;
  #lastLookMs = Number.NEGATIVE_INFINITY;

  constructor(start: PeerLinkStart) {
    this.#start = start;
    this.#queue = new ParcelQueue(start.requestTimeoutMs * LIMITS_UNTIL_STALE);
    this.#health = new PeerHealth({ id: start.id, address: start.base.href, report: start.report });
    start.pool.on('disconnect', () => {
      this.#hasLostConnection = true;
      this.#lookIfGone();
    });
  }

  get counts(): PeerCounts {
    return {
      isAnswering: this.#health.isAnswering,
      taken: this.#taken,
      failed: this.#failed,
      dropped: this.#queue.dropped,
      queued: this.#queue.length,
    };
  }

  send(parcel: Parcel): void {
    if (this.#isClosing) return;
    this.#queue.push(parcel);
    if (!this.#isWorking) void this.#work();
  }

  /**
   * Has the connection made, or kept, if it was not used of late: an election must not wait for a handshake. Followers
   * say nothing to each other until the day that their leader dies.
   */
  keepWarm(): void {
    if (this.#isClosing || this.#isWorking || performance.now() - this.#lastAskedMs < IDLE_MS) return;
    void this.#work(this.#question());
  }

  /**
   * A connection that ends may be the first sign of a process that is gone, long before anything is due to be sent there:
   * its address says so at once. A peer that goes on ending connections is asked no more often than messages may leave.
   */
  #lookIfGone(): void {
    const nowMs = performance.now();
    if (this.#isClosing || this.#isWorking || nowMs - this.#lastLookMs < this.#start.requestTimeoutMs) return;
    this.#lastLookMs = nowMs;
    void this.#work(this.#question());
  }

  /** Lets what was sent leave, as far as the peer takes it; then ends the connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#isWorking) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    await this.#start.pool.destroy();
  }

  async #work(first?: HttpRequestLike): Promise<void> {
    this.#isWorking = true;
    if (first !== undefined) await this.#turn(this.#ask(first).then(() => undefined));
    const next = (): Parcel | undefined => this.#queue.take(performance.now());
    for (let parcel = next(); parcel !== undefined; parcel = next()) await this.#turn(this.#post(parcel));
    this.#isWorking = false;
    this.#whenIdle?.();
    // What failed when the connection ended has not told why it did.
    if (this.#hasLostConnection) this.#lookIfGone();
  }

  /** Resolves when the next request may go: when `request` has ended, or its time is up and a connection is free. */
  async #turn(request: Promise<void>): Promise<void> {
    this.#open.add(request);
    const ended = request.then(() => void this.#open.delete(request));
    await new Promise<void>((resolve) => {
      const limit = new TimeLimit(this.#start.requestTimeoutMs, resolve);
      void ended.then(() => {
        limit.end();
        resolve();
      });
    });
    while (this.#open.size >= CONNECTIONS) await Promise.race(this.#open);
  }

  async #post({ kind, contentType, body }: Parcel): Promise<void> {
    const headers = { ...this.#start.headers, 'content-type': contentType };
    const isTaken = await this.#ask({ method: 'POST', path: this.#pathTo(pathOf(kind)), headers, body });
    if (isTaken) this.#taken += 1;
    else this.#failed += 1;
  }

  /** What every node answers, and nothing comes of. */
  #question(): HttpRequestLike {
    return { method: 'GET', path: this.#pathTo(ID_PATH), headers: this.#start.headers };
  }

  #pathTo(route: string): string {
    return `${this.#start.base.pathname}${route}`;
  }

  /** @returns whether the peer answered that all is well. Never rejects. */
  async #ask(request: HttpRequestLike): Promise<boolean> {
    const wasClosing = this.#isClosing;
    const { pool, requestTimeoutMs, gone } = this.#start;
    this.#hasLostConnection = false;
    try {
      return this.#judge(await exchange(pool, request, requestTimeoutMs * LIMITS_UNTIL_GIVEN_UP));
    } catch (cause) {
      if (isRefusedConnection(cause)) gone();
      this.#health.failed(cause, performance.now());
      // A silent peer must not hold up the end by a limit for each message: one more attempt is all that it gets.
      if (wasClosing) this.#queue.clear();
      return false;
    } finally {
      this.#lastAskedMs = performance.now();
    }
  }

  #judge({ statusCode, text }: Reply): boolean {
    const isWell = statusCode >= 200 && statusCode < 300;
    if (isWell) this.#health.answered();
    // Its process runs and its node does not, yet or any more.
    else if (statusCode === REJECTION_STATUS.notServing)
      this.#health.failed(new Error(`status ${statusCode}`), performance.now());
    else this.#health.refused(statusCode, describe(text.trim()));
    return isWell;
  }
}
