import { GraftError } from '../../core/errors.js';
import type {
  Heartbeat,
  HeartbeatResponse,
  Message,
  MessageKind,
  PreVoteRequest,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from '../../core/messages.js';
import { readId, readInteger, readOptionalId, readPosition, readPriority, readTerm, refuse } from './fields.js';
import type * as wire from './graft.pb.js';
import {
  readFrame,
  readHeartbeat,
  readHeartbeatResponse,
  readTimeoutNow,
  readVoteRequest,
  readVoteResponse,
} from './graft.pb.js';
import { WireReader } from './reader.js';

/** The longest payload that is read, in bytes. Longer ones are malformed: what arrives must not grow memory unbounded. */
export const MAX_PAYLOAD_BYTES = 65_536;

/**
 * The message in `payload`, which came by a channel of `kind`. The result shares no memory with `payload`.
 * @throws GraftError `MALFORMED_MESSAGE`, and nothing else whatever the bytes: not protobuf, too long, a term or
 * another number that is no safe integer, an id that is missing where the kind needs one or that the naming rules
 * forbid. A term is refused rather than wrapped, since a wrapped one would let a vote be given twice (rule 1).
 */
export function decodeMessage(kind: MessageKind, payload: Uint8Array): Message {
  checkLength(kind, payload);
  try {
    const reader = new WireReader(payload);
    switch (kind) {
      case 'voteRequest':
        return fromVoteRequest(readVoteRequest(reader));
      case 'preVoteRequest':
        return fromPreVoteRequest(readVoteRequest(reader));
      case 'voteResponse':
        return fromVoteResponse(readVoteResponse(reader));
      case 'heartbeat':
        return fromHeartbeat(readHeartbeat(reader));
      case 'heartbeatResponse':
        return fromHeartbeatResponse(readHeartbeatResponse(reader));
      case 'timeoutNow':
        return fromTimeoutNow(readTimeoutNow(reader));
      default:
        return refuseKind(kind);
    }
  } catch (error) {
    throw malformed(kind, payload, error);
  }
}

/**
 * The message in `payload`, which tells its kind itself: the inverse of `encodeFrame`.
 * @throws GraftError `MALFORMED_MESSAGE`, as `decodeMessage` does; also when the kind is none that this version knows.
 */
export function decodeFrame(payload: Uint8Array): Message {
  checkLength('frame', payload);
  try {
    return fromFrame(readFrame(new WireReader(payload)));
  } catch (error) {
    throw malformed('frame', payload, error);
  }
}

function checkLength(kind: string, payload: Uint8Array): void {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    refuse(kind, 'payload length', payload.length, `${MAX_PAYLOAD_BYTES} bytes at most`);
  }
}

/** What a decoder throws after `error`: a refusal as it is; anything else says that protobufjs could not read on. */
function malformed(kind: string, payload: Uint8Array, error: unknown): GraftError {
  if (error instanceof GraftError) return error;
  return new GraftError(
    'MALFORMED_MESSAGE',
    `malformed ${kind}: its ${payload.length} bytes are no ${kind} in protobuf; something else publishes here`,
    { cause: error },
  );
}

function refuseKind(kind: never): never {
  return refuse('message', 'kind', kind, 'a kind of message that this version knows');
}

function fromFrame(frame: wire.Frame): Message {
  if (frame.Heartbeat !== undefined) return fromHeartbeat(frame.Heartbeat);
  if (frame.HeartbeatResponse !== undefined) return fromHeartbeatResponse(frame.HeartbeatResponse);
  if (frame.VoteResponse !== undefined) return fromVoteResponse(frame.VoteResponse);
  if (frame.TimeoutNow !== undefined) return fromTimeoutNow(frame.TimeoutNow);
  if (frame.VoteRequest !== undefined) {
    return frame.VoteRequest.PreVote ? fromPreVoteRequest(frame.VoteRequest) : fromVoteRequest(frame.VoteRequest);
  }
  return refuse('frame', 'Message', undefined, 'a message of a kind that this version knows');
}

function fromVoteRequest(fields: wire.VoteRequest): VoteRequest {
  const kind = 'voteRequest';
  // The two kinds differ in what they ask for, not only in name: a vote given to a pre-vote question would be
  // durable, and counted by nobody (rule 6).
  if (fields.PreVote) refuse(kind, 'PreVote', true, 'false on the channel of votes');
  return {
    kind,
    term: readTerm(kind, fields.Term),
    candidate: readId(kind, 'Candidate', fields.Candidate),
    position: readPosition(fields.CurrentState),
    leadershipTransfer: fields.LeadershipTransfer,
    standBy: fields.StandBy,
    incarnation: readInteger(kind, 'Incarnation', fields.Incarnation),
    round: readInteger(kind, 'Round', fields.Round),
  };
}

function fromPreVoteRequest(fields: wire.VoteRequest): PreVoteRequest {
  const kind = 'preVoteRequest';
  if (!fields.PreVote) refuse(kind, 'PreVote', false, 'true on the channel of pre-votes');
  return {
    kind,
    term: readTerm(kind, fields.Term),
    candidate: readId(kind, 'Candidate', fields.Candidate),
    position: readPosition(fields.CurrentState),
    leadershipTransfer: undefined,
    standBy: undefined,
    incarnation: readInteger(kind, 'Incarnation', fields.Incarnation),
    round: readInteger(kind, 'Round', fields.Round),
  };
}

function fromVoteResponse(fields: wire.VoteResponse): VoteResponse {
  const kind = 'voteResponse';
  const round = readInteger(kind, 'Round', fields.Round);
  // Plain graft knows neither rounds nor pre-votes and does not name its voter (rule 15). Whoever does know them
  // must: an anonymous grant could not be told from its own repetition (rule 2).
  const isPlainGraft = round === 0 && !fields.PreVote;
  return {
    kind,
    preVote: fields.PreVote,
    // A refusal tells the refuser's own term, and a new node's is 0; a grant repeats the term of a real election.
    term: fields.Granted ? readTerm(kind, fields.Term) : readInteger(kind, 'Term', fields.Term),
    granted: fields.Granted,
    standsBy: fields.StandsBy,
    voter: isPlainGraft ? readOptionalId(kind, 'Voter', fields.Voter) : readId(kind, 'Voter', fields.Voter),
    incarnation: readInteger(kind, 'Incarnation', fields.Incarnation),
    round,
    retryAfterMs: fields.RetryAfterMs,
  };
}

function fromHeartbeat(fields: wire.Heartbeat): Heartbeat {
  const kind = 'heartbeat';
  return {
    kind,
    term: readTerm(kind, fields.Term),
    leader: readId(kind, 'Leader', fields.Leader),
    round: readInteger(kind, 'Round', fields.Round),
    heir: readOptionalId(kind, 'Heir', fields.Heir),
    incarnation: readInteger(kind, 'Incarnation', fields.Incarnation),
  };
}

function fromHeartbeatResponse(fields: wire.HeartbeatResponse): HeartbeatResponse {
  const kind = 'heartbeatResponse';
  return {
    kind,
    term: readInteger(kind, 'Term', fields.Term),
    voter: readId(kind, 'Voter', fields.Voter),
    round: readInteger(kind, 'Round', fields.Round),
    incarnation: readInteger(kind, 'Incarnation', fields.Incarnation),
    priority: readPriority(kind, fields.Priority),
  };
}

function fromTimeoutNow(fields: wire.TimeoutNow): TimeoutNow {
  const kind = 'timeoutNow';
  return {
    kind,
    term: readTerm(kind, fields.Term),
    leader: readId(kind, 'Leader', fields.Leader),
    round: undefined,
    heir: undefined,
    incarnation: undefined,
  };
}
