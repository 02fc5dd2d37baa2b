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
import { graft } from './graft.pb.js';

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
  switch (kind) {
    case 'voteRequest':
      return fromVoteRequest(parse(graft.VoteRequest, kind, payload));
    case 'preVoteRequest':
      return fromPreVoteRequest(parse(graft.VoteRequest, kind, payload));
    case 'voteResponse':
      return fromVoteResponse(parse(graft.VoteResponse, kind, payload));
    case 'heartbeat':
      return fromHeartbeat(parse(graft.Heartbeat, kind, payload));
    case 'heartbeatResponse':
      return fromHeartbeatResponse(parse(graft.HeartbeatResponse, kind, payload));
    case 'timeoutNow':
      return fromTimeoutNow(parse(graft.TimeoutNow, kind, payload));
    default:
      return refuseKind(kind);
  }
}

/**
 * The message in `payload`, which tells its kind itself: the inverse of `encodeFrame`.
 * @throws GraftError `MALFORMED_MESSAGE`, as `decodeMessage` does; also when the kind is none that this version knows.
 */
export function decodeFrame(payload: Uint8Array): Message {
  checkLength('frame', payload);
  const frame = parse(graft.Frame, 'frame', payload);
  if (frame.Heartbeat instanceof graft.Heartbeat) return fromHeartbeat(frame.Heartbeat);
  if (frame.HeartbeatResponse instanceof graft.HeartbeatResponse) return fromHeartbeatResponse(frame.HeartbeatResponse);
  if (frame.VoteResponse instanceof graft.VoteResponse) return fromVoteResponse(frame.VoteResponse);
  if (frame.TimeoutNow instanceof graft.TimeoutNow) return fromTimeoutNow(frame.TimeoutNow);
  if (frame.VoteRequest instanceof graft.VoteRequest) {
    return frame.VoteRequest.PreVote ? fromPreVoteRequest(frame.VoteRequest) : fromVoteRequest(frame.VoteRequest);
  }
  return refuse('frame', 'Message', frame.Message, 'a message of a kind that this version knows');
}

function checkLength(kind: string, payload: Uint8Array): void {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    refuse(kind, 'payload length', payload.length, `${MAX_PAYLOAD_BYTES} bytes at most`);
  }
}

function parse<Decoded>(type: { decode(payload: Uint8Array): Decoded }, kind: string, payload: Uint8Array): Decoded {
  try {
    return type.decode(payload);
  } catch (cause) {
    throw new GraftError(
      'MALFORMED_MESSAGE',
      `malformed ${kind}: its ${payload.length} bytes are no ${kind} in protobuf; something else publishes here`,
      { cause },
    );
  }
}

function refuseKind(kind: never): never {
  return refuse('message', 'kind', kind, 'a kind of message that this version knows');
}

function fromVoteRequest(fields: graft.VoteRequest): VoteRequest {
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

function fromPreVoteRequest(fields: graft.VoteRequest): PreVoteRequest {
  const kind = 'preVoteRequest';
  if (!fields.PreVote) refuse(kind, 'PreVote', false, 'true on the channel of pre-votes');
  return {
    kind,
    term: readTerm(kind, fields.Term),
    candidate: readId(kind, 'Candidate', fields.Candidate),
    position: readPosition(fields.CurrentState),
    incarnation: readInteger(kind, 'Incarnation', fields.Incarnation),
    round: readInteger(kind, 'Round', fields.Round),
  };
}

function fromVoteResponse(fields: graft.VoteResponse): VoteResponse {
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

function fromHeartbeat(fields: graft.Heartbeat): Heartbeat {
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

function fromHeartbeatResponse(fields: graft.HeartbeatResponse): HeartbeatResponse {
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

function fromTimeoutNow(fields: graft.TimeoutNow): TimeoutNow {
  const kind = 'timeoutNow';
  return { kind, term: readTerm(kind, fields.Term), leader: readId(kind, 'Leader', fields.Leader) };
}
