/**
 * For who writes a driver for another transport (`graft-election/driver`): the port, the messages that it carries and
 * the codec that turns them into bytes. The suite that a driver must pass is in `graft-election/testing`.
 */
export { GraftError, type GraftErrorCode } from '../core/errors.js';
export type {
  Heartbeat,
  HeartbeatResponse,
  Incarnation,
  Message,
  MessageKind,
  PreVoteRequest,
  Term,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from '../core/messages.js';
export {
  type ClusterName,
  isClusterName,
  isNodeId,
  type NodeId,
  parseClusterName,
  parseNodeId,
} from '../core/names.js';
export type { DriverContext, NodeControls, RpcDriver } from './rpc-driver.js';
export { decodeFrame, decodeMessage, encodeFrame, encodeMessage, MAX_PAYLOAD_BYTES } from './wire/codec.js';
