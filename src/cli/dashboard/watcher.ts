import type { ClusterClient } from '../../client/cluster-client.js';
import { GraftError } from '../../core/errors.js';
import { pause } from '../pause.js';
import { Observation } from './observation.js';
import type { Snapshot } from './page-protocol.js';
import { RoundLimit } from './round-limit.js';

export interface WatcherStart {
  readonly client: ClusterClient;
  /** Milliseconds from one round to the next. */
  readonly intervalMs: number;
  /** How long an answer may take, in milliseconds. */
  readonly limitMs: number;
}

/** Asks the cluster again and again, and tells what it has seen. */
export class Watcher {
  readonly #client: ClusterClient;
  readonly #intervalMs: number;
  readonly #limit: RoundLimit;
  readonly #observation: Observation;

  constructor({ client, intervalMs, limitMs }: WatcherStart) {
    this.#client = client;
    this.#intervalMs = intervalMs;
    this.#limit = new RoundLimit(limitMs);
    this.#observation = new Observation(Date.now());
  }

  /** @throws GraftError when nobody can be asked. */
  async look(signal: AbortSignal): Promise<Snapshot> {
    const askedMs = performance.now();
    const status = await this.#client.status({ limitMs: this.#limit.ms, signal });
    this.#limit.learn(status);
    this.#observation.take(status);
    return this.#observation.snapshot(Date.now(), performance.now() - askedMs);
  }

  /** Until `signal` aborts. */
  async run(tell: (snapshot: Snapshot) => void, signal: AbortSignal): Promise<void> {
    let seenMs = performance.now();
    while (!signal.aborted) {
      const begunMs = performance.now();
      try {
        tell(await this.look(signal));
        seenMs = begunMs;
      } catch (error) {
        if (signal.aborted) return;
        // A server that is away now was there before: it is waited for.
        if (!(error instanceof GraftError)) throw error;
        this.#observation.lose(error.message, Date.now());
        tell(this.#observation.snapshot(Date.now(), performance.now() - seenMs));
      }
      await pause(Math.max(0, begunMs + this.#intervalMs - performance.now()), signal);
    }
  }
}
