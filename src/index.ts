/**
 * Leader election for Node.js services: RAFT's election, with a lease, over a transport of one's choice.
 * Drivers are in `graft-election/nats`, `graft-election/http` and, for tests, `graft-election/testing`.
 */
export { GraftError, type GraftErrorCode } from './core/errors.js';
export type { Incarnation, Term } from './core/messages.js';
export type { NodeId } from './core/names.js';
export type { Cluster, ElectionOptions, Timings } from './core/options.js';
export { DEFAULT_TIMINGS } from './core/options.js';
export type { Rng } from './core/random.js';
export type { Refusal } from './core/refusal.js';
export type { ChangeReason, State } from './core/roles.js';
export type { DriverContext, RpcDriver } from './drivers/rpc-driver.js';
export { FileLog } from './log/file-log.js';
export { MemoryLog } from './log/memory-log.js';
export type { DurableState, TermLog } from './log/term-log.js';
export { ChanHandler, type ChanHandlerOptions, type ObservedChange } from './node/chan-handler.js';
export type { Clock, Timer } from './node/clock.js';
export type { ElectionNode, Waiting } from './node/election-node.js';
export type { Listener, NodeEvents } from './node/events.js';
export type { Handler, StateChange } from './node/handler.js';
export type { LoggerLike } from './node/logger.js';
export { Node } from './node/node.js';
export type { NodeOptions } from './node/options.js';
export type { NodeStatus } from './node/status.js';
export type { ElectionEvent, Origin, TraceEvents, TraceMessage, VoteEvent } from './node/trace-events.js';
export type { Leadership, Work } from './node/work.js';
export {
  adviseTimings,
  type RecommendedTimings,
  type TimingsAdvice,
  type TimingsReason,
  type TimingsVerdict,
} from './timings/advise-timings.js';
export type { Measured, Spread } from './timings/measured.js';
