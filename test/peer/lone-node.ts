import type { Message, VoteRequest } from '../../src/core/messages.js';
import { parseClusterName, parseNodeId } from '../../src/core/names.js';
import { decodeFrame, encodeFrame } from '../../src/drivers/wire/codec.js';
import { type GraftError, type Handler, Node, type NodeOptions, type StateChange } from '../../src/index.js';
import { MemoryNetwork, MockRpcDriver, NodeClock, SimulatedClock, seededRng } from '../../src/testing/index.js';
import { Disk } from '../simulation/disk.js';

const CLUSTER = parseClusterName('lone');
const ID = parseNodeId('n');
/** The peer that a test speaks for. */
export const PEER = parseNodeId('x');
/** Another, that never says anything unless a test does. */
export const OTHER = parseNodeId('y');

const PEER_INCARNATION = 77;

/** What a {@link LoneNode} starts from. */
export interface LoneOptions extends Pick<Partial<NodeOptions>, 'cluster' | 'handler' | 'preVote' | 'rpc'> {
  /** What the log holds, which then is no new one. Default: a new log. */
  readonly logged?: { readonly term: number; readonly votedFor?: string };
  readonly seed?: number;
}

/** One real node of three, on a simulated clock; a test speaks for the other two, and hears all that is said to `x`. */
export class LoneNode {
  readonly clock = new SimulatedClock();
  readonly network = new MemoryNetwork({ clock: this.clock, delayMs: 1 });
  readonly disk = new Disk(seededRng(1));
  readonly said: Message[] = [];
  readonly changes: StateChange[] = [];
  readonly errors: GraftError[] = [];
  /** Whether `x` votes for whoever asks and answers every heartbeat. */
  peerAgrees = false;
  #node: Node | undefined;

  static async start(options: LoneOptions = {}): Promise<LoneNode> {
    const lone = new LoneNode();
    const { cluster, handler, preVote, rpc, logged, seed = 1 } = options;
    if (logged !== undefined) {
      const { term, votedFor } = logged;
      lone.disk.state = { term, votedFor, nodeId: ID, isNew: false };
    }
    const peer = lone.network.attach({
      cluster: CLUSTER,
      id: PEER,
      receive: (bytes) => {
        const message = decodeFrame(bytes);
        lone.said.push(message);
        const answer = lone.peerAgrees ? agreement(message) : undefined;
        if (answer !== undefined) peer.send(ID, encodeFrame(answer));
      },
    });
    const clock = new NodeClock(lone.clock);
    lone.#node = await Node.start({
      cluster: cluster ?? { name: CLUSTER, voters: [ID, PEER, OTHER] },
      id: ID,
      rpc: rpc ?? new MockRpcDriver(lone.network, { clock }),
      handler: handler ?? lone.#recorder(),
      log: lone.disk.logFor(clock),
      clock,
      rng: seededRng(seed),
      preVote,
    });
    return lone;
  }

  get node(): Node {
    if (this.#node === undefined) throw new Error('the node has not started');
    return this.#node;
  }

  #recorder(): Handler {
    return {
      stateChange: (change) => this.changes.push(change),
      asyncError: (error) => this.errors.push(error),
    };
  }

  /** Term and vote as a restart would find them, and as the node says they are. */
  get durable(): { readonly term: number; readonly vote: string | undefined } {
    const { term, votedFor } = this.disk.state;
    return { term, vote: votedFor };
  }

  get shown(): { readonly term: number; readonly vote: string | undefined } {
    return { term: this.node.term, vote: this.node.vote };
  }

  /** The node hears `message`, and does all that follows from it at once; what it answers is with `x` a moment later. */
  async hears(message: Message): Promise<void> {
    this.network.inject({ cluster: CLUSTER, to: ID }, message);
    await this.clock.advance(2);
  }

  async hearsHeartbeat({ term, leader, round = 1 }: HeartbeatFields): Promise<void> {
    const sender = parseNodeId(leader);
    await this.hears({
      kind: 'heartbeat',
      term,
      leader: sender,
      round,
      heir: undefined,
      incarnation: PEER_INCARNATION,
    });
  }

  /** `x` asks for the vote in `term`; resolves with what it is answered, if it is. */
  async asksForVote(term: number, fields: Partial<VoteRequest> = {}): Promise<Message | undefined> {
    const before = this.said.length;
    await this.hears({
      kind: 'voteRequest',
      term,
      candidate: PEER,
      position: undefined,
      leadershipTransfer: false,
      standBy: false,
      incarnation: PEER_INCARNATION,
      round: 1,
      ...fields,
    });
    return this.said.slice(before).find((message) => message.kind === 'voteResponse');
  }

  /** Heard `y` as the leader of `term`, which then fell silent: still a follower, and free to vote again (rule 7). */
  async followedSilentLeader(term: number): Promise<void> {
    await this.hearsHeartbeat({ term, leader: OTHER });
    await this.clock.advance(500);
  }

  /** `x` votes for it: it leads, and its lease holds for as long as `x` goes on answering. */
  async elect(): Promise<void> {
    this.peerAgrees = true;
    await this.clock.advanceUntil(() => this.node.isLeader(), 1_500);
  }
}

interface HeartbeatFields {
  readonly term: number;
  readonly leader: string;
  readonly round?: number;
}

function agreement(message: Message): Message | undefined {
  switch (message.kind) {
    case 'preVoteRequest':
    case 'voteRequest':
      return {
        kind: 'voteResponse',
        preVote: message.kind === 'preVoteRequest',
        term: message.term,
        granted: true,
        standsBy: false,
        voter: PEER,
        incarnation: PEER_INCARNATION,
        round: message.round,
        retryAfterMs: 0,
      };
    case 'heartbeat':
      return {
        kind: 'heartbeatResponse',
        term: message.term,
        voter: PEER,
        round: message.round,
        incarnation: PEER_INCARNATION,
        priority: 1,
      };
    default:
      return undefined;
  }
}
