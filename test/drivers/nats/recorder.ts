import type { GraftError } from '../../../src/core/errors.js';
import type { Heartbeat, Message, MessageKind, VoteResponse } from '../../../src/core/messages.js';
import { parseClusterName, parseNodeId } from '../../../src/core/names.js';
import type { DriverContext } from '../../../src/drivers/rpc-driver.js';

/** A node's side of a driver: keeps what it is told. */
export interface Recorder extends DriverContext {
  readonly received: readonly Message[];
  readonly errors: readonly GraftError[];
}

export interface RecorderOptions {
  readonly cluster?: string;
  readonly id?: string;
  readonly interop?: boolean;
}

export function recorder({ cluster = 'orders', id = 'a', interop = false }: RecorderOptions = {}): Recorder {
  const received: Message[] = [];
  const errors: GraftError[] = [];
  return {
    cluster: parseClusterName(cluster),
    id: parseNodeId(id),
    interop,
    receive: (message) => received.push(message),
    report: (error) => errors.push(error),
    received,
    errors,
  };
}

/** Where a test's sender and listener are two nodes, these are their ids. */
export const a = parseNodeId('a');
export const b = parseNodeId('b');

export function heartbeat(round: number): Heartbeat {
  return { kind: 'heartbeat', term: 7, leader: a, round, heir: b, incarnation: 11 };
}

/** Rounds of the heartbeats that came in: tells them apart, and shows their order. */
export function heartbeatRounds(messages: readonly Message[]): readonly number[] {
  return messages.flatMap((message) => (message.kind === 'heartbeat' ? [message.round] : []));
}

export const grant: VoteResponse = {
  kind: 'voteResponse',
  preVote: false,
  term: 7,
  granted: true,
  standsBy: false,
  voter: b,
  incarnation: 12,
  round: 3,
  retryAfterMs: 0,
};

/** One message of each kind, as `a` would say it. */
export const ONE_OF_EACH: { readonly [Kind in MessageKind]: Extract<Message, { readonly kind: Kind }> } = {
  heartbeat: heartbeat(1),
  voteRequest: {
    kind: 'voteRequest',
    term: 7,
    candidate: a,
    position: new Uint8Array([1, 2, 3]),
    leadershipTransfer: false,
    standBy: false,
    incarnation: 11,
    round: 2,
  },
  preVoteRequest: { kind: 'preVoteRequest', term: 8, candidate: a, position: undefined, incarnation: 11, round: 3 },
  voteResponse: { ...grant, voter: a },
  heartbeatResponse: { kind: 'heartbeatResponse', term: 7, voter: a, round: 4, incarnation: 11, priority: 1 },
  timeoutNow: { kind: 'timeoutNow', term: 7, leader: a },
};
