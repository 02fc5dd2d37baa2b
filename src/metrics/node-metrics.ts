import type { NodeStatus } from '../node/status.js';
import { Instruments } from './instruments.js';
import { NodeTally } from './node-tally.js';
import type { PromClientLike, RegistryLike } from './prom-client-like.js';
import { RegistryMetrics } from './registry-metrics.js';

/** What {@link NodeMetrics} is made of. */
export interface NodeMetricsOptions<Registry extends RegistryLike> {
  /** The module: `import * as prom from 'prom-client'`. */
  readonly prom: PromClientLike<Registry>;
  /** Where the metrics are registered. There is no default: prom-client's global registry is `prom.register`. */
  readonly registry: Registry;
}

/** What is watched: a `Node`. */
export interface Watched {
  status(): NodeStatus;
}

/**
 * Prometheus metrics of the nodes of this process, each with the labels `cluster` and `id`; docs/observability.md has
 * the list. One of these serves one registry, and as many nodes as there are.
 */
export class NodeMetrics<Registry extends RegistryLike> {
  readonly #registered: RegistryMetrics<Registry>;
  readonly #instruments: Instruments;
  readonly #tallies = new Map<Watched, NodeTally>();

  /** @throws what prom-client throws when the registry has a metric of one of these names; it is left as it was then. */
  constructor({ prom, registry }: NodeMetricsOptions<Registry>) {
    this.#registered = new RegistryMetrics(prom, registry);
    try {
      this.#instruments = new Instruments(this.#registered, () =>
        [...this.#tallies.keys()].map((node) => node.status()),
      );
    } catch (error) {
      this.#registered.clear();
      throw error;
    }
  }

  /**
   * Counts what happens to `node` from now on, and shows it at every scrape, until it closes; what it showed goes with
   * it. Watch it as soon as `Node.start` has resolved: an election cannot be over before. Does nothing for a node that
   * is watched already, or has closed.
   */
  watch(node: Watched): this {
    const status = node.status();
    if (this.#tallies.has(node) || status.state === 'CLOSED') return this;
    this.#tallies.set(node, new NodeTally(this.#instruments, status, () => this.#forget(node)));
    return this;
  }

  /** Watches no more, and takes the metrics off the registry. */
  close(): void {
    for (const node of [...this.#tallies.keys()]) this.#forget(node);
    this.#registered.clear();
  }

  #forget(node: Watched): void {
    this.#tallies.get(node)?.end();
    this.#tallies.delete(node);
  }
}
