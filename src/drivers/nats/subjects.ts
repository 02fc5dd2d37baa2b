import type { Message, MessageKind } from '../../core/messages.js';
import type { ClusterName, NodeId } from '../../core/names.js';
import type { Inquiry } from '../control/question.js';

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

/** What people ask: of every node of a cluster, and of one; and where they are answered, by a token of their own. */
const INQUIRY_TOKENS = { status: 'status', stepDown: 'step_down' } as const satisfies Record<Inquiry, string>;
const ANSWER_TOKEN = 'answer';

export type BroadcastKind = keyof typeof BROADCAST_TOKENS;
export type DirectKind = keyof typeof DIRECT_TOKENS;

/** Where people are heard. */
export interface InquirySubject {
  readonly subject: string;
  readonly inquiry: Inquiry;
}

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
 * cluster; and no kind is both. What people ask and are answered counts as kinds here. Interop's answers are the
 * exception that nats-io/graft makes: `graft.<id>.vote_response` names no cluster. Its three tokens keep it apart from
 * all others.
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

  /** Where `id` is asked by people; in either mode, since plain graft listens to neither. */
  askedAt(id: NodeId): readonly InquirySubject[] {
    return [
      { subject: this.inquiryOfAll('status'), inquiry: 'status' },
      { subject: this.inquiryOf(id, 'stepDown'), inquiry: 'stepDown' },
    ];
  }

  /** Where every node is asked. */
  inquiryOfAll(inquiry: 'status'): string {
    return `graft.${this.#cluster}.${INQUIRY_TOKENS[inquiry]}`;
  }

  /** Where `id` alone is asked. */
  inquiryOf(id: NodeId, inquiry: 'stepDown'): string {
    return `graft.${this.#cluster}.${id}.${INQUIRY_TOKENS[inquiry]}`;
  }

  /**
   * Where who has `token`, which has an id's characters, is answered: below the cluster, so that one permission covers
   * it.
   */
  answerTo(token: NodeId): string {
    return `graft.${this.#cluster}.${token}.${ANSWER_TOKEN}`;
  }

  /**
   * Whether an answer may go to `reply`, which whoever asks has chosen: an inbox, or {@link answerTo}. To any other
   * subject it would be this node that speaks there, with this node's permissions.
   */
  mayAnswerTo(reply: string): boolean {
    if (/^_INBOX(?:\.[\w-]{1,128}){1,4}$/.test(reply)) return true;
    const head = `graft.${this.#cluster}.`;
    return reply.startsWith(head) && /^[\w-]{1,128}\.answer$/.test(reply.slice(head.length));
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
