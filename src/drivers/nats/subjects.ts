import type { Message, MessageKind } from '../../core/messages.js';
import type { ClusterName, NodeId } from '../../core/names.js';

/** What everybody in the cluster hears. The first two are nats-io/graft's own. */
const BROADCAST_TOKENS = {
  heartbeat: 'heartbeat',
  voteRequest: 'vote_request',
  preVoteRequest: 'pre_vote_request',
} as const;

/** What one node hears. */
const DIRECT_TOKENS = {
  voteResponse: 'vote_response',
  heartbeatResponse: 'heartbeat_response',
  timeoutNow: 'timeout_now',
} as const;

export type BroadcastKind = keyof typeof BROADCAST_TOKENS;
export type DirectKind = keyof typeof DIRECT_TOKENS;

export interface HeardSubject {
  readonly subject: string;
  /** What is said there. */
  readonly kind: MessageKind;
}

export function isBroadcast(message: Message): message is Message & { readonly kind: BroadcastKind } {
  return message.kind in BROADCAST_TOKENS;
}

export function isDirect(message: Message): message is Message & { readonly kind: DirectKind } {
  return message.kind in DIRECT_TOKENS;
}

/**
 * The subjects of one cluster (docs/wire.md). No two clusters, nodes or kinds ever share one, whatever their names:
 * read from its end, a subject is a kind, then for the direct kinds an id, which has no dot, and what is left is the
 * cluster; and no kind is both. Interop's answers are the exception that nats-io/graft makes: `graft.<id>.vote_response`
 * names no cluster. Its three tokens keep it apart from all others.
 */
export class ClusterSubjects {
  readonly #cluster: ClusterName;
  readonly #interop: boolean;

  constructor(cluster: ClusterName, options: { readonly interop: boolean }) {
    this.#cluster = cluster;
    this.#interop = options.interop;
  }

  /** Where all hear messages of `kind`. */
  toAll(kind: BroadcastKind): string {
    return `graft.${this.#cluster}.${BROADCAST_TOKENS[kind]}`;
  }

  /** Where `id` hears messages of `kind`. Only a checked id makes a subject (rule 15). */
  toNode(id: NodeId, kind: DirectKind): string {
    if (this.#interop && kind === 'voteResponse') return `graft.${id}.${DIRECT_TOKENS[kind]}`;
    return `graft.${this.#cluster}.${id}.${DIRECT_TOKENS[kind]}`;
  }

  /** The reply subject of what `id` asks: plain graft sends one with its vote requests, we have no use for it. */
  replyTo(id: NodeId, kind: BroadcastKind): string | undefined {
    return this.#interop && kind === 'voteRequest' ? this.toNode(id, 'voteResponse') : undefined;
  }

  /** Whether nodes of this cluster publish to `subject`. */
  covers(subject: string): boolean {
    if (subject.startsWith(`graft.${this.#cluster}.`)) return true;
    return this.#interop && /^graft\.[^.]+\.vote_response$/.test(subject);
  }

  /**
   * All that `id` listens to. Exact subjects, so that what is listened to is what is documented and permitted. Plain
   * graft's are among them in either mode: a cluster that is set up wrongly is heard and reported (rule 15).
   */
  heardBy(id: NodeId): readonly HeardSubject[] {
    const plain: readonly HeardSubject[] = [
      { subject: this.toAll('heartbeat'), kind: 'heartbeat' },
      { subject: this.toAll('voteRequest'), kind: 'voteRequest' },
      { subject: this.toNode(id, 'voteResponse'), kind: 'voteResponse' },
    ];
    if (this.#interop) return plain;
    return [
      ...plain,
      { subject: this.toAll('preVoteRequest'), kind: 'preVoteRequest' },
      { subject: this.toNode(id, 'heartbeatResponse'), kind: 'heartbeatResponse' },
      { subject: this.toNode(id, 'timeoutNow'), kind: 'timeoutNow' },
    ];
  }
}
