import type { MessageKind } from '../../core/messages.js';

/** How a message goes: questions and heartbeats to everyone, answers and orders to one. */
const ROUTES = {
  voteRequest: 'broadcast',
  preVoteRequest: 'broadcast',
  heartbeat: 'broadcast',
  voteResponse: 'send',
  heartbeatResponse: 'send',
  timeoutNow: 'send',
} as const satisfies Record<MessageKind, 'broadcast' | 'send'>;

/** The verb by which nodes send a message of `kind`. */
export function route(kind: MessageKind): 'broadcast' | 'send' {
  return ROUTES[kind];
}
