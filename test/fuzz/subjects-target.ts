import { connect, type NatsConnection } from 'nats';
import { GraftError, type GraftErrorCode } from '../../src/core/errors.js';
import type { Message, MessageKind } from '../../src/core/messages.js';
import { type NodeId, parseClusterName, parseNodeId } from '../../src/core/names.js';
import { encodeQuestion } from '../../src/drivers/control/question.js';
import { senderOf } from '../../src/drivers/http/routes.js';
import { NatsRpcDriver } from '../../src/drivers/nats/index.js';
import { ClusterSubjects, type HeardSubject, type InquirySubject } from '../../src/drivers/nats/subjects.js';
import { decodeMessage } from '../../src/drivers/wire/codec.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { Node } from '../../src/node/node.js';
import { isMachineDelay } from '../support/machine-delays.js';
import { payloads } from './corpus.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import type { Source } from './source.js';
import type { OpenTarget, Surroundings, Target } from './target.js';

const VOTERS = ['a', 'b', 'c'];
/** Long enough that a busy machine changes no leader: whoever does here has fallen for something. */
const TIMINGS = { electionTimeoutMinMs: 5_000, electionTimeoutMaxMs: 6_000, heartbeatIntervalMs: 200 };
/** What strangers can cause. Anything else is a finding. */
const EXPECTED: readonly GraftErrorCode[] = ['MALFORMED_MESSAGE', 'UNLISTED_VOTER', 'PLAIN_GRAFT_PEER'];
const WAIT_LIMIT_MS = 60_000;

/** Whatever is published to the subjects of a cluster, its leader leads on and each node counts what it refuses. */
export const subjectsTarget: Target = {
  name: 'subjects',
  purpose: 'every subject of a running cluster of three on a real nats-server',
  inspectEvery: 200,
  needsServer: true,
  open: (surroundings) => OpenCluster.start(surroundings),
};

interface Address extends HeardSubject {
  readonly hearers: readonly string[];
}

/** Where people ask, and whom. */
interface Desk extends InquirySubject {
  readonly hearers: readonly string[];
}

class OpenCluster implements OpenTarget {
  readonly #payloads: readonly Uint8Array[];
  readonly #stranger: NatsConnection;
  readonly #connections: readonly NatsConnection[];
  readonly #nodes: readonly Node[];
  readonly #subjects: ClusterSubjects;
  readonly #addresses: readonly Address[];
  readonly #desks: readonly Desk[];
  /** Where a stranger may want an answer to go: some of them are its own, the others anything but. */
  readonly #replies: readonly string[];
  /** By node: payloads that it must have refused. */
  readonly #owed = new Map<string, number>(VOTERS.map((id) => [id, 0]));
  /** By node: questions that it must have refused as well, unless there were too many at once. */
  readonly #mayOwe = new Map<string, number>(VOTERS.map((id) => [id, 0]));
  readonly #leadership: { readonly id: string; readonly term: number };
  readonly #unexpected: readonly unknown[];

  private constructor(parts: {
    readonly corpus: readonly Uint8Array[];
    readonly connections: readonly NatsConnection[];
    readonly stranger: NatsConnection;
    readonly nodes: readonly Node[];
    readonly subjects: ClusterSubjects;
    readonly leadership: { readonly id: string; readonly term: number };
    readonly unexpected: readonly unknown[];
  }) {
    this.#payloads = parts.corpus;
    this.#connections = parts.connections;
    this.#stranger = parts.stranger;
    this.#nodes = parts.nodes;
    this.#subjects = parts.subjects;
    this.#addresses = addressesOf(parts.subjects);
    this.#desks = desksOf(parts.subjects);
    this.#replies = [
      ...['_INBOX.fuzz.1', `_INBOX.${'x'.repeat(200)}.1`, parts.subjects.answerTo(parseNodeId('fuzz'))],
      ...[...this.#addresses, ...this.#desks].map(({ subject }) => subject),
      ...['_INBOX', '_INBOX.>', 'fuzz', '$JS.API.INFO', '>'],
    ];
    this.#leadership = parts.leadership;
    this.#unexpected = parts.unexpected;
  }

  static async start({ fixtures, natsUrl }: Surroundings): Promise<OpenCluster> {
    const name = `fuzz${process.pid}`;
    const connections = await Promise.all([...VOTERS, 'stranger'].map(() => connect({ servers: natsUrl })));
    const unexpected: unknown[] = [];
    const nodes = await Promise.all(
      VOTERS.map((id, index) => {
        const connection = connections[index];
        if (connection === undefined) throw new RangeError(`no connection for ${id}`);
        return Node.start({
          cluster: { name, voters: VOTERS },
          id,
          rpc: new NatsRpcDriver(connection),
          log: new MemoryLog(),
          timings: TIMINGS,
          handler: {
            asyncError: (error) => {
              const isExpected =
                error instanceof GraftError && (EXPECTED.includes(error.code) || isMachineDelay(error));
              if (!isExpected) unexpected.push(error);
            },
          },
        });
      }),
    );
    const leader = await until('a leader', () => nodes.find((node) => node.isLeader()));
    // Losses count from here on: an election may take more than one try.
    for (const node of nodes) {
      node.on('stateChange', (change) => {
        if (change.from === 'LEADER' || change.to === 'LEADER')
          unexpected.push(`${node.id}: ${JSON.stringify(change)}`);
      });
    }
    const stranger = connections.at(-1);
    if (stranger === undefined) throw new RangeError('no connection for the stranger');
    const subjects = new ClusterSubjects(parseClusterName(name), { interop: false });
    // To any other subject it would be the node that speaks there, with the node's permissions.
    stranger.subscribe('>', {
      callback: (_, { subject, data }) => {
        if (isAnswer(data) && !/^_INBOX\.|\.answer$/.test(subject)) unexpected.push(`an answer came to ${subject}`);
      },
    });
    await stranger.flush();
    return new OpenCluster({
      corpus: payloads(fixtures),
      connections,
      stranger,
      nodes,
      subjects,
      leadership: { id: leader.id, term: leader.term },
      unexpected,
    });
  }

  async feed(source: Source): Promise<string> {
    // The nodes live on the same event loop, and need it.
    await new Promise((resolve) => setImmediate(resolve));
    if (source.chance(0.2)) return this.#ask(source);
    const { subject, kind, hearers } = source.pick(this.#addresses);
    const payload = source.chance(0.1)
      ? source.bytes(source.size(4_096))
      : mutateBytes(source.pick(this.#payloads), source);
    const message = read(kind, payload);
    // What a voter might have said itself is no nonsense, and may well cost a leader its term.
    if (message !== undefined && VOTERS.includes(senderOf(message) ?? '')) return 'not sent: as good as forged';
    this.#stranger.publish(subject, payload);
    if (message !== undefined) return `sent: a ${kind} by ${senderOf(message) === undefined ? 'nobody' : 'a stranger'}`;
    for (const id of hearers) this.#owed.set(id, (this.#owed.get(id) ?? 0) + 1);
    return 'sent: malformed';
  }

  /** A question, more or less well-formed, whose answer may be wanted where no answer goes. */
  #ask(source: Source): string {
    const { subject, inquiry, hearers } = source.pick(this.#desks);
    const payload = source.chance(0.3)
      ? source.bytes(source.size(4_096))
      : mutateJson({ v: 1, to: source.pick(['b', 'z', '', '>', 7]) }, source);
    const reply = source.chance(0.1) ? undefined : source.pick(this.#replies);
    this.#stranger.publish(subject, payload, reply === undefined ? {} : { reply });
    if (reply === undefined) return 'asked: no answer wanted';
    if (this.#subjects.mayAnswerTo(reply)) return `asked: ${inquiry}`;
    for (const id of hearers) this.#mayOwe.set(id, (this.#mayOwe.get(id) ?? 0) + 1);
    return 'asked: the answer to go astray';
  }

  async inspect(): Promise<void> {
    await this.#stranger.flush();
    await until('every refusal is counted', () =>
      this.#nodes.every((node) => (node.status().errors.MALFORMED_MESSAGE ?? 0) >= (this.#owed.get(node.id) ?? 0)),
    );
    for (const node of this.#nodes) {
      const counted = node.status().errors.MALFORMED_MESSAGE ?? 0;
      const owed = this.#owed.get(node.id) ?? 0;
      const most = owed + (this.#mayOwe.get(node.id) ?? 0);
      if (counted > most)
        throw new Error(`${node.id} was sent ${owed} to ${most} malformed payloads and counts ${counted}`);
    }
    await this.#askHonestly();
    const [oddity] = this.#unexpected;
    if (oddity !== undefined) throw oddity;
    const { id, term } = this.#leadership;
    const leader = this.#nodes.find((node) => node.isLeader());
    if (leader?.id !== id || leader.term !== term) {
      throw new Error(`${id} led term ${term}, and now ${leader?.id ?? 'nobody'} leads term ${leader?.term}`);
    }
  }

  /** Asked as people do, all three answer. */
  async #askHonestly(): Promise<void> {
    const answered = new Set<string>();
    const reply = this.#subjects.answerTo(parseNodeId('honest'));
    const subscription = this.#stranger.subscribe(reply, {
      callback: (_, message) => answered.add(message.json<{ readonly id: string }>().id),
    });
    // Who was asked too much just now answers nobody for a while.
    await until('every node answers a question', () => {
      this.#stranger.publish(this.#subjects.inquiryOfAll('status'), encodeQuestion({ to: undefined }), { reply });
      return answered.size === VOTERS.length;
    });
    subscription.unsubscribe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
}

/** Every subject on which nodes of the cluster hear messages, and who does. */
function addressesOf(subjects: ClusterSubjects): readonly Address[] {
  return withHearers((id) => subjects.heardBy(id));
}

/** Every subject on which they are asked, likewise. */
function desksOf(subjects: ClusterSubjects): readonly Desk[] {
  return withHearers((id) => subjects.askedAt(id));
}

function withHearers<Heard extends { readonly subject: string }>(
  subjectsOf: (id: NodeId) => readonly Heard[],
): (Heard & { readonly hearers: readonly string[] })[] {
  const found = new Map<string, Heard & { readonly hearers: readonly string[] }>();
  for (const id of VOTERS) {
    for (const heard of subjectsOf(parseNodeId(id))) {
      found.set(heard.subject, { ...heard, hearers: [...(found.get(heard.subject)?.hearers ?? []), id] });
    }
  }
  return [...found.values()];
}

/** Whether a node says so of itself, as answers do. */
function isAnswer(data: Uint8Array): boolean {
  const text = new TextDecoder().decode(data);
  return text.startsWith('{') && text.includes(`"cluster":"fuzz${process.pid}"`);
}

function read(kind: MessageKind, payload: Uint8Array): Message | undefined {
  try {
    return decodeMessage(kind, payload);
  } catch {
    return undefined;
  }
}

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const endMs = performance.now() + WAIT_LIMIT_MS;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endMs) throw new Error(`${what}: not within ${WAIT_LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
