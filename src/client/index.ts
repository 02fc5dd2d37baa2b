/**
 * Asks a cluster and commands it, from outside (`graft-election/client`). What it asks over is a `NatsInquirer` of
 * `graft-election/nats`, or an `HttpInquirer` of `graft-election/http`.
 */
export type { Timings } from '../core/options.js';
export type { State } from '../core/roles.js';
export type { NodeReport } from '../drivers/control/node-report.js';
export type { RecommendedTimings, TimingsAdvice, TimingsReason, TimingsVerdict } from '../timings/advise-timings.js';
export type { Measured, Spread } from '../timings/measured.js';
export { type ClusterChange, changesBetween } from './changes.js';
export {
  ClusterClient,
  type ClusterClientOptions,
  type Patience,
  type StepDownRequest,
  type SteppedDown,
} from './cluster-client.js';
export type { ClusterStatus } from './cluster-status.js';
export { adviseCluster, type ClusterTimings } from './cluster-timings.js';
