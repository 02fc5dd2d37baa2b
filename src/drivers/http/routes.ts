import type { Message, MessageKind } from '../../core/messages.js';
import type { NodeId } from '../../core/names.js';

/** Where each kind of message is posted, below the prefix. The first two have the names of raft's own calls. */
const MESSAGE_ROUTES = {
  voteRequest: 'requestvote',
  heartbeat: 'appendentries',
  preVoteRequest: 'requestprevote',
  voteResponse: 'voteresponse',
  heartbeatResponse: 'appendentriesresponse',
  timeoutNow: 'timeoutnow',
} as const satisfies Record<MessageKind, string>;

/** What people ask of a node. */
export type Inquiry = 'id' | 'status' | 'stepdown';

/** What may be asked for, and by which method. */
export type Route =
  | { readonly method: 'POST'; readonly kind: MessageKind }
  | { readonly method: 'GET' | 'POST'; readonly inquiry: Inquiry };

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...(Object.keys(MESSAGE_ROUTES) as MessageKind[]).map(
    (kind) => [MESSAGE_ROUTES[kind], { method: 'POST', kind }] as const,
  ),
  ['id', { method: 'GET', inquiry: 'id' }],
  ['status', { method: 'GET', inquiry: 'status' }],
  ['stepdown', { method: 'POST', inquiry: 'stepdown' }],
]);

/** The path, below a peer's address and prefix, that takes messages of `kind`. */
export function pathOf(kind: MessageKind): string {
  return `/${MESSAGE_ROUTES[kind]}`;
}

/** The path that tells who serves there. */
export const ID_PATH = '/id';

/** The route by this name, if there is one. */
export function routeOf(name: string): Route | undefined {
  return ROUTES.get(name);
}

/** In whose name a message speaks; an anonymous vote, which only plain graft sends, speaks in nobody's. */
export function senderOf(message: Message): NodeId | undefined {
  switch (message.kind) {
    case 'voteRequest':
    case 'preVoteRequest':
      return message.candidate;
    case 'voteResponse':
    case 'heartbeatResponse':
      return message.voter;
    case 'heartbeat':
    case 'timeoutNow':
      return message.leader;
  }
}
