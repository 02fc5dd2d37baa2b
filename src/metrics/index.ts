/** Prometheus metrics, for who runs nodes (`graft-election/metrics`). Needs `prom-client`. */
export { NodeMetrics, type NodeMetricsOptions, type Watched } from './node-metrics.js';
export type {
  CounterLike,
  GaugeLike,
  HistogramLike,
  Labels,
  MetricConfiguration,
  PromClientLike,
  RegistryLike,
} from './prom-client-like.js';
