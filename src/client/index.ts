/**
 * Asks a cluster and commands it, from outside (`graft-election/client`). What it asks over is a `NatsInquirer` of
 * `graft-election/nats`, or an `HttpInquirer` of `graft-election/http`.
 */
export type { State } from '../core/roles.js';
export type { NodeReport } from '../drivers/control/node-report.js';
export { type ClusterChange, changesBetween } from './changes.js';
export {
  ClusterClient,
  type ClusterClientOptions,
  type Patience,
  type StepDownRequest,
  type SteppedDown,
} from './cluster-client.js';
export type { ClusterStatus } from './cluster-status.js';
