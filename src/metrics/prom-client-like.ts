/** The values of a metric's labels. */
export type Labels = Readonly<Record<string, string>>;

export interface MetricConfiguration<Registry> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  /** Where the metric is registered, and nowhere else. */
  readonly registers: Registry[];
  /** Called at every scrape, before the values are read. */
  readonly collect?: () => void;
}

export interface CounterLike {
  inc(labels: Labels, value?: number): void;
  remove(labels: Labels): void;
  reset(): void;
}

export interface GaugeLike {
  set(labels: Labels, value: number): void;
  reset(): void;
}

export interface HistogramLike {
  observe(labels: Labels, value: number): void;
  zero(labels: Labels): void;
  remove(labels: Labels): void;
}

/** What is needed of a `Registry` of prom-client's. */
export interface RegistryLike {
  removeSingleMetric(name: string): void;
}

/** What is needed of the module `prom-client`, named here so that neither it nor its types are needed to compile this. */
export interface PromClientLike<Registry> {
  readonly Counter: new (configuration: MetricConfiguration<Registry>) => CounterLike;
  readonly Gauge: new (configuration: MetricConfiguration<Registry>) => GaugeLike;
  readonly Histogram: new (
    configuration: MetricConfiguration<Registry> & { readonly buckets: number[] },
  ) => HistogramLike;
}
