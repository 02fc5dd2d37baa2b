import type {
  Heartbeat,
  HeartbeatResponse,
  Message,
  PreVoteRequest,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from '../../core/messages.js';
import { graft } from './graft.pb.js';

/**
 * The payload of `message`, for a transport that tells the kind by a subject or a path. Fields that hold their default
 * are left out, so a message without anything of ours in it is byte for byte what Go graft writes (rule 15).
 */
export function encodeMessage(message: Message): Uint8Array {
  switch (message.kind) {
    case 'voteRequest':
    case 'preVoteRequest':
      return graft.VoteRequest.encode(toVoteRequest(message)).finish();
    case 'voteResponse':
      return graft.VoteResponse.encode(toVoteResponse(message)).finish();
    case 'heartbeat':
      return graft.Heartbeat.encode(toHeartbeat(message)).finish();
    case 'heartbeatResponse':
      return graft.HeartbeatResponse.encode(toHeartbeatResponse(message)).finish();
    case 'timeoutNow':
      return graft.TimeoutNow.encode(toTimeoutNow(message)).finish();
  }
}

/** The payload of `message` with its kind inside (`Frame` of proto/graft.proto), for a transport with one channel. */
export function encodeFrame(message: Message): Uint8Array {
  return graft.Frame.encode(toFrame(message)).finish();
}

function toFrame(message: Message): graft.Frame.$Properties {
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

function toVoteRequest(message: VoteRequest | PreVoteRequest): graft.VoteRequest.$Properties {
  return {
    Term: message.term,
    Candidate: message.candidate,
    CurrentState: message.position ?? null,
    PreVote: message.kind === 'preVoteRequest',
    LeadershipTransfer: message.kind === 'voteRequest' && message.leadershipTransfer,
    StandBy: message.kind === 'voteRequest' && message.standBy,
    Incarnation: message.incarnation,
    Round: message.round,
  };
}

function toVoteResponse(message: VoteResponse): graft.VoteResponse.$Properties {
  return {
    Term: message.term,
    Granted: message.granted,
    StandsBy: message.standsBy,
    Voter: message.voter ?? null,
    PreVote: message.preVote,
    Incarnation: message.incarnation,
    Round: message.round,
    RetryAfterMs: message.retryAfterMs,
  };
}

function toHeartbeat(message: Heartbeat): graft.Heartbeat.$Properties {
  return {
    Term: message.term,
    Leader: message.leader,
    Round: message.round,
    Heir: message.heir ?? null,
    Incarnation: message.incarnation,
  };
}

function toHeartbeatResponse(message: HeartbeatResponse): graft.HeartbeatResponse.$Properties {
  return {
    Term: message.term,
    Voter: message.voter,
    Round: message.round,
    Incarnation: message.incarnation,
    Priority: message.priority,
  };
}

function toTimeoutNow(message: TimeoutNow): graft.TimeoutNow.$Properties {
  return { Term: message.term, Leader: message.leader };
}
