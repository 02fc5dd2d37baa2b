import type { Heartbeat, Message, MessageKind, VoteRequest, VoteResponse } from '../../core/messages.js';
import { type NodeId, parseNodeId } from '../../core/names.js';

const SENDER = parseNodeId('sender');
const LONGEST_ID = parseNodeId('x'.repeat(128));
const GREATEST_INCARNATION = 2 ** 48 - 1;
const GREATEST_UINT32 = 2 ** 32 - 1;

/** A heartbeat that is told from others by its round. */
export function heartbeat(round: number, leader: NodeId = SENDER): Heartbeat {
  return { kind: 'heartbeat', term: 7, leader, round, heir: undefined, incarnation: 1234 };
}

/** A vote response that is told from others by its round. */
export function voteResponse(round: number, voter: NodeId = SENDER): VoteResponse {
  return {
    kind: 'voteResponse',
    preVote: false,
    term: 7,
    granted: true,
    standsBy: false,
    voter,
    incarnation: 1,
    round,
    retryAfterMs: 0,
  };
}

/** A vote request with this position. */
export function voteRequest(position: Uint8Array | undefined): VoteRequest {
  return {
    kind: 'voteRequest',
    term: 3,
    candidate: SENDER,
    position,
    leadershipTransfer: false,
    standBy: false,
    incarnation: 99,
    round: 1,
  };
}

/** For every kind: each field with a value of its own, every optional field absent, and every number at its greatest. */
export const SAMPLES: { readonly [Kind in MessageKind]: readonly Extract<Message, { kind: Kind }>[] } = {
  voteRequest: [
    { ...voteRequest(Uint8Array.of(0, 1, 127, 128, 255)), leadershipTransfer: true, standBy: false, round: 5 },
    voteRequest(undefined),
    {
      kind: 'voteRequest',
      term: Number.MAX_SAFE_INTEGER,
      candidate: LONGEST_ID,
      position: undefined,
      leadershipTransfer: true,
      standBy: false,
      incarnation: GREATEST_INCARNATION,
      round: Number.MAX_SAFE_INTEGER,
    },
  ],
  preVoteRequest: [
    {
      kind: 'preVoteRequest',
      term: 8,
      candidate: SENDER,
      position: Uint8Array.of(9, 0, 9),
      leadershipTransfer: undefined,
      standBy: undefined,
      incarnation: 77,
      round: 6,
    },
    {
      kind: 'preVoteRequest',
      term: Number.MAX_SAFE_INTEGER,
      candidate: LONGEST_ID,
      position: undefined,
      leadershipTransfer: undefined,
      standBy: undefined,
      incarnation: GREATEST_INCARNATION,
      round: Number.MAX_SAFE_INTEGER,
    },
  ],
  voteResponse: [
    {
      kind: 'voteResponse',
      preVote: true,
      term: 9,
      granted: false,
      standsBy: false,
      voter: SENDER,
      incarnation: 31,
      round: 4,
      retryAfterMs: 250,
    },
    voteResponse(2),
    {
      kind: 'voteResponse',
      preVote: true,
      term: Number.MAX_SAFE_INTEGER,
      granted: true,
      standsBy: false,
      voter: LONGEST_ID,
      incarnation: GREATEST_INCARNATION,
      round: Number.MAX_SAFE_INTEGER,
      retryAfterMs: GREATEST_UINT32,
    },
  ],
  heartbeat: [
    { ...heartbeat(12), heir: parseNodeId('heir') },
    heartbeat(1),
    {
      kind: 'heartbeat',
      term: Number.MAX_SAFE_INTEGER,
      leader: LONGEST_ID,
      round: Number.MAX_SAFE_INTEGER,
      heir: LONGEST_ID,
      incarnation: GREATEST_INCARNATION,
    },
  ],
  heartbeatResponse: [
    { kind: 'heartbeatResponse', term: 9, voter: SENDER, round: 3, incarnation: 21, priority: 5 },
    { kind: 'heartbeatResponse', term: 1, voter: SENDER, round: 1, incarnation: 1, priority: 0 },
    {
      kind: 'heartbeatResponse',
      term: Number.MAX_SAFE_INTEGER,
      voter: LONGEST_ID,
      round: Number.MAX_SAFE_INTEGER,
      incarnation: GREATEST_INCARNATION,
      priority: 255,
    },
  ],
  timeoutNow: [
    { kind: 'timeoutNow', term: 10, leader: SENDER, round: undefined, heir: undefined, incarnation: undefined },
    {
      kind: 'timeoutNow',
      term: Number.MAX_SAFE_INTEGER,
      leader: LONGEST_ID,
      round: undefined,
      heir: undefined,
      incarnation: undefined,
    },
  ],
};

/** What plain graft says (rule 15): nothing but its own fields. */
export const PLAIN_SAMPLES = {
  voteRequest: { ...voteRequest(Uint8Array.of(1, 2)), incarnation: 0, round: 0 },
  heartbeat: { ...heartbeat(0), incarnation: 0 },
  voteResponse: { ...voteResponse(0), voter: undefined, incarnation: 0 },
} as const satisfies Partial<Record<MessageKind, Message>>;
