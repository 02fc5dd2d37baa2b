import { connect, type KV, type KvEntry, type NatsConnection, NatsError, type QueuedIterator } from 'nats';
import type { Register, TakenWrite, WriteOutcome } from './register.js';

const BUCKET = 'chaos';
const KEY = 'register';
/** How often a write is tried while others write too. */
const MOST_TRIES = 20;
/** The client gives a request up after this. */
const REQUEST_LIMIT_MS = 2000;
/** The server's name for "somebody else wrote in between". */
const WRONG_LAST_SEQUENCE = 10_071;

/**
 * A register in a bucket of NATS: an entry is replaced only if it still is the one that was read, and its token no newer.
 */
export class KvRegister implements Register {
  readonly #connection: NatsConnection;
  readonly #bucket: KV;
  readonly #isGuarded: boolean;

  private constructor(connection: NatsConnection, bucket: KV, isGuarded: boolean) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#isGuarded = isGuarded;
  }

  static async open(url: string, { isGuarded }: { readonly isGuarded: boolean }): Promise<KvRegister> {
    const connection = await connect({ servers: url, maxReconnectAttempts: -1 });
    try {
      return new KvRegister(connection, await openBucket(connection), isGuarded);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async write(token: number, writer: string): Promise<WriteOutcome> {
    const bytes = JSON.stringify({ token, writer });
    try {
      if (!this.#isGuarded) {
        await this.#bucket.put(KEY, bytes);
        return 'taken';
      }
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const entry = await this.#bucket.get(KEY);
        if (entry !== null && entry.json<TakenWrite>().token > token) return 'refused';
        if (await this.#replace(entry?.revision, bytes)) return 'taken';
      }
    } catch (error) {
      // A request that was given up may have been done all the same.
      if (!(error instanceof NatsError)) throw error;
    }
    return 'unknown';
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** @returns whether nobody else had written since `revision`. */
  async #replace(revision: number | undefined, bytes: string): Promise<boolean> {
    try {
      if (revision === undefined) await this.#bucket.create(KEY, bytes);
      else await this.#bucket.update(KEY, bytes, revision);
      return true;
    } catch (error) {
      if (isWrongLastSequence(error)) return false;
      throw error;
    }
  }
}

/** Follows a bucket from the outside: what it took, in its own order. */
export class KvWitness implements AsyncDisposable {
  readonly #connection: NatsConnection;
  readonly #revisions: number[] = [];
  readonly #taken: TakenWrite[] = [];
  readonly #bucket: KV;
  readonly #watch: QueuedIterator<KvEntry>;

  private constructor(connection: NatsConnection, bucket: KV, watch: QueuedIterator<KvEntry>) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#watch = watch;
    void this.#follow();
  }

  /** Makes the bucket. */
  static async start(url: string): Promise<KvWitness> {
    const connection = await connect({ servers: url, maxReconnectAttempts: -1 });
    const bucket = await openBucket(connection);
    return new KvWitness(connection, bucket, await bucket.watch({ key: KEY }));
  }

  /** Everything that the bucket took. @throws Error when some of it was not seen. */
  async allTaken(): Promise<readonly TakenWrite[]> {
    const last = (await this.#bucket.get(KEY))?.revision ?? 0;
    const endMs = performance.now() + 10_000;
    while ((this.#revisions.at(-1) ?? 0) < last && performance.now() < endMs) await this.#connection.flush();
    if (this.#revisions.length !== last || this.#revisions.some((revision, index) => revision !== index + 1)) {
      throw new Error(`the register has ${last} writes, and ${this.#revisions.length} were seen`);
    }
    return this.#taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }

  async #follow(): Promise<void> {
    for await (const entry of this.#watch) {
      this.#revisions.push(entry.revision);
      this.#taken.push(entry.json<TakenWrite>());
    }
  }
}

function openBucket(connection: NatsConnection): Promise<KV> {
  return connection.jetstream({ timeout: REQUEST_LIMIT_MS }).views.kv(BUCKET, { history: 64 });
}

function isWrongLastSequence(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;
}
