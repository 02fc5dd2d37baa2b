import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../src/core/messages.js';
import { parseNodeId } from '../../src/core/names.js';
import { encodeFrame, encodeMessage } from '../../src/drivers/wire/codec.js';

const a = parseNodeId('a');
const b = parseNodeId('b');

/** Well-formed, of every kind: what mutations begin with. */
export const MESSAGES: readonly Message[] = [
  { kind: 'heartbeat', term: 7, leader: a, round: 1, heir: b, incarnation: 11 },
  {
    kind: 'voteRequest',
    term: 300,
    candidate: a,
    position: Uint8Array.of(1, 2, 3),
    leadershipTransfer: true,
    standBy: false,
    incarnation: 11,
    round: 2,
  },
  { kind: 'preVoteRequest', term: 8, candidate: a, position: undefined, incarnation: 11, round: 2 ** 33 },
  {
    kind: 'voteResponse',
    preVote: true,
    term: 7,
    granted: true,
    standsBy: false,
    voter: a,
    incarnation: 12,
    round: 3,
    retryAfterMs: 250,
  },
  {
    kind: 'voteResponse',
    preVote: false,
    term: 7,
    granted: true,
    standsBy: false,
    voter: undefined,
    incarnation: 0,
    round: 0,
    retryAfterMs: 0,
  },
  { kind: 'heartbeatResponse', term: 7, voter: a, round: 4, incarnation: 11, priority: 255 },
  { kind: 'timeoutNow', term: Number.MAX_SAFE_INTEGER, leader: a },
];

/** Payloads that mutations begin with: what Go graft sent, and what we send. */
export function payloads(fixtures: string): readonly Uint8Array[] {
  const frames: readonly { readonly hex: string }[] = JSON.parse(readFileSync(join(fixtures, 'wire.json'), 'utf8'));
  return [
    ...frames.map(({ hex }) => Buffer.from(hex, 'hex')),
    ...MESSAGES.map(encodeMessage),
    ...MESSAGES.map(encodeFrame),
    new Uint8Array(),
  ];
}

/** Log files that Go graft wrote, the broken ones too. */
export function logFiles(fixtures: string): readonly Uint8Array[] {
  return readdirSync(fixtures)
    .filter((name) => name.startsWith('log-'))
    .sort()
    .map((name) => readFileSync(join(fixtures, name)));
}
