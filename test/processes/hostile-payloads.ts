import { type Message, parseNodeId } from '../../src/drivers/index.js';
import { encodeMessage, MAX_PAYLOAD_BYTES } from '../../src/drivers/wire/codec.js';
import { seededRandom } from '../support/seeded-random.js';

const stranger = parseNodeId('stranger');
const member = parseNodeId('a');
/** The greatest that is well-formed. */
const term = Number.MAX_SAFE_INTEGER;

/** Well-formed, of every kind, by somebody who is no voter of the cluster. */
const FOREIGN: readonly Message[] = [
  { kind: 'heartbeat', term, leader: stranger, round: 1, heir: member, incarnation: 7 },
  {
    kind: 'voteRequest',
    term,
    candidate: stranger,
    position: undefined,
    leadershipTransfer: true,
    standBy: false,
    incarnation: 7,
    round: 1,
  },
  { kind: 'preVoteRequest', term, candidate: stranger, position: undefined, incarnation: 7, round: 1 },
  {
    kind: 'voteResponse',
    preVote: false,
    term,
    granted: true,
    standsBy: false,
    voter: stranger,
    incarnation: 7,
    round: 1,
    retryAfterMs: 0,
  },
  { kind: 'heartbeatResponse', term, voter: stranger, round: 1, incarnation: 7, priority: 255 },
  { kind: 'timeoutNow', term, leader: stranger },
];

/** As Go graft would say it, in the name of a member: without an incarnation. */
const PLAIN: readonly Message[] = [
  { kind: 'heartbeat', term: 99, leader: member, round: 0, heir: undefined, incarnation: 0 },
  {
    kind: 'voteRequest',
    term: 99,
    candidate: member,
    position: undefined,
    leadershipTransfer: false,
    standBy: false,
    incarnation: 0,
    round: 0,
  },
  {
    kind: 'voteResponse',
    preVote: false,
    term: 99,
    granted: true,
    standsBy: false,
    voter: undefined,
    incarnation: 0,
    round: 0,
    retryAfterMs: 0,
  },
];

/** Fields 1 and 2, which are a term and an id in every kind but the answer to a vote. */
function termAndId(termBytes: readonly number[], id: string): Uint8Array {
  const bytes = Buffer.from(id);
  return Buffer.from([0x08, ...termBytes, 0x12, ...varint(bytes.length), ...bytes]);
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

const UINT64_MAX = [...Array(9).fill(0xff), 0x01];
/** One byte more than a varint may have. */
const OVERLONG = [...Array(10).fill(0xff), 0x01];
const FORBIDDEN_IDS = ['', '*', '>', 'a.b', 'a b', 'a\n', '\u0000', 'ä', 'x'.repeat(129), 'x'.repeat(4096)];

const random = seededRandom(1);

/** What a stranger may send, by accident or not; each of them goes to every subject, so most arrive as a wrong kind. */
export const HOSTILE_PAYLOADS: readonly Uint8Array[] = [
  new Uint8Array(),
  termAndId(UINT64_MAX, 'a'),
  termAndId(OVERLONG, 'a'),
  ...FORBIDDEN_IDS.map((id) => termAndId([0x63], id)),
  ...[...FOREIGN, ...PLAIN].map(encodeMessage),
  // Cut off in the middle, which is malformed protobuf.
  ...FOREIGN.map((message) => encodeMessage(message).slice(0, -3)),
  ...[1, 16, 256, 4096].map((length) => Uint8Array.from({ length }, () => random() * 256)),
  new Uint8Array(MAX_PAYLOAD_BYTES + 1),
  Buffer.from('{"term":9007199254740993,"leader":"a"}'),
];
