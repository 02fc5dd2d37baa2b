import type {
  CounterLike,
  GaugeLike,
  HistogramLike,
  MetricConfiguration,
  PromClientLike,
  RegistryLike,
} from './prom-client-like.js';

/** What a metric is called, what it tells, and the labels that it has beside the node's. */
export interface Design {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Makes metrics, each with the labels of a node, on one registry, and takes them off again. */
export interface MetricMaker {
  counter(design: Design, collect?: (counter: CounterLike) => void): CounterLike;
  /** A gauge that `collect` sets at every scrape. */
  gauge(design: Design, collect: (gauge: GaugeLike) => void): void;
  histogram(design: Design, buckets: readonly number[]): HistogramLike;
}

export class RegistryMetrics<Registry extends RegistryLike> implements MetricMaker {
  readonly #prom: PromClientLike<Registry>;
  readonly #registry: Registry;
  readonly #made: string[] = [];

  constructor(prom: PromClientLike<Registry>, registry: Registry) {
    this.#prom = prom;
    this.#registry = registry;
  }

  counter(design: Design, collect?: (counter: CounterLike) => void): CounterLike {
    const configuration = this.#configure(design);
    const counter: CounterLike = new this.#prom.Counter(
      collect === undefined ? configuration : { ...configuration, collect: () => collect(counter) },
    );
    this.#made.push(design.name);
    return counter;
  }

  gauge(design: Design, collect: (gauge: GaugeLike) => void): void {
    const gauge: GaugeLike = new this.#prom.Gauge({ ...this.#configure(design), collect: () => collect(gauge) });
    this.#made.push(design.name);
  }

  histogram(design: Design, buckets: readonly number[]): HistogramLike {
    const histogram = new this.#prom.Histogram({ ...this.#configure(design), buckets: [...buckets] });
    this.#made.push(design.name);
    return histogram;
  }

  /** Takes off the registry what was made here, and nothing that was there before. */
  clear(): void {
    for (const name of this.#made.splice(0)) this.#registry.removeSingleMetric(name);
  }

  #configure({ name, help, labels = [] }: Design): MetricConfiguration<Registry> {
    return { name, help, labelNames: ['cluster', 'id', ...labels], registers: [this.#registry] };
  }
}
