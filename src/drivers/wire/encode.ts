import type {
  Heartbeat,
  HeartbeatResponse,
  Message,
  PreVoteRequest,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from '../../core/messages.js';
import type * as wire from './graft.pb.js';
import {
  writeFrame,
  writeHeartbeat,
  writeHeartbeatResponse,
  writeTimeoutNow,
  writeVoteRequest,
  writeVoteResponse,
} from './graft.pb.js';
import { WireWriter } from './writer.js';

/**
 * The payload of `message`, for a transport that tells the kind by a subject or a path. Fields that hold their default
 * are left out, so a message without anything of ours in it is byte for byte what Go graft writes (rule 15).
 */
export function encodeMessage(message: Message): Uint8Array {
  const writer = new WireWriter();
  switch (message.kind) {
    case 'voteRequest':
    case 'preVoteRequest':
      writeVoteRequest(writer, toVoteRequest(message));
      break;
    case 'voteResponse':
      writeVoteResponse(writer, toVoteResponse(message));
      break;
    case 'heartbeat':
      writeHeartbeat(writer, toHeartbeat(message));
      break;
    case 'heartbeatResponse':
      writeHeartbeatResponse(writer, toHeartbeatResponse(message));
      break;
    case 'timeoutNow':
      writeTimeoutNow(writer, toTimeoutNow(message));
      break;
  }
  return writer.payload();
}

/** The payload of `message` with its kind inside (`Frame` of proto/graft.proto), for a transport with one channel. */
export function encodeFrame(message: Message): Uint8Array {
  const writer = new WireWriter();
  writeFrame(writer, toFrame(message));
  return writer.payload();
}

function toFrame(message: Message): wire.Frame {
  switch (message.kind) {
    case 'voteRequest':
    case 'preVoteRequest':
      return { VoteRequest: toVoteRequest(message) };
    case 'voteResponse':
      return { VoteResponse: toVoteResponse(message) };
    case 'heartbeat':
      return { Heartbeat: toHeartbeat(message) };
    case 'heartbeatResponse':
      return { HeartbeatResponse: toHeartbeatResponse(message) };
    case 'timeoutNow':
      return { TimeoutNow: toTimeoutNow(message) };
  }
}

function toVoteRequest(message: VoteRequest | PreVoteRequest): wire.VoteRequest {
  return {
    Term: message.term,
    Candidate: message.candidate,
    CurrentState: message.position,
    PreVote: message.kind === 'preVoteRequest',
    LeadershipTransfer: message.kind === 'voteRequest' && message.leadershipTransfer,
    StandBy: message.kind === 'voteRequest' && message.standBy,
    Incarnation: message.incarnation,
    Round: message.round,
  };
}

function toVoteResponse(message: VoteResponse): wire.VoteResponse {
  return {
    Term: message.term,
    Granted: message.granted,
    StandsBy: message.standsBy,
    Voter: message.voter ?? '',
    PreVote: message.preVote,
    Incarnation: message.incarnation,
    Round: message.round,
    RetryAfterMs: message.retryAfterMs,
  };
}

function toHeartbeat(message: Heartbeat): wire.Heartbeat {
  return {
    Term: message.term,
    Leader: message.leader,
    Round: message.round,
    Heir: message.heir ?? '',
    Incarnation: message.incarnation,
  };
}

function toHeartbeatResponse(message: HeartbeatResponse): wire.HeartbeatResponse {
  return {
    Term: message.term,
    Voter: message.voter,
    Round: message.round,
    Incarnation: message.incarnation,
    Priority: message.priority,
  };
}

function toTimeoutNow(message: TimeoutNow): wire.TimeoutNow {
  return { Term: message.term, Leader: message.leader };
}
