import type { Candidacy } from './candidacy.js';
import type { Instant } from './inputs.js';
import { SentRounds } from './lease.js';
import type { HeartbeatResponse } from './messages.js';
import type { NodeId } from './names.js';
import type { Settings } from './options.js';
import { Peer, type PeerFinding } from './peer.js';
import { quorumSize, reachedBy } from './quorum.js';

/** What a leader of one term knows: the heartbeats it sent, who answered them, and so its lease and its heir. */
export class Leadership {
  /** The lease's end by the monotonic clock (rule 8); `-Infinity` before the first. */
  leaseEndMs = Number.NEGATIVE_INFINITY;
  /** The lease's end by wall time, which goes on while a machine is suspended (rule 8). */
  leaseEndWallMs = Number.NEGATIVE_INFINITY;
  /** Who should take over first (rule 10). */
  heir: NodeId | undefined;
  /** The newest round that a quorum answered, this leader included. */
  quorumRound = 0;

  readonly rounds: SentRounds;
  /** Walked by index wherever every heartbeat or answer does it: an iterator makes the code too long to be inlined. */
  readonly peers: Peer[] = [];
  readonly #settings: Settings;
  readonly #doubtRounds: number;
  /** How many others make a quorum with this leader. */
  readonly #others: number;
  /** Who stands by this leader with its vote, if it leads by votes. */
  #standing: readonly NodeId[] = [];

  constructor(settings: Settings) {
    this.#settings = settings;
    const { heartbeatIntervalMs, electionTimeoutMaxMs } = settings.timings;
    this.rounds = new SentRounds(Math.ceil(settings.leaseMs / heartbeatIntervalMs) + 2);
    this.#others = quorumSize(settings.membership.size) - 1;
    this.#doubtRounds = Math.ceil(electionTimeoutMaxMs / heartbeatIntervalMs);
    for (const voter of settings.membership.voters ?? []) if (voter !== settings.id) this.peers.push(new Peer(voter));
  }

  /** The lease, at this instant, by both clocks. */
  holds({ nowMs, wallMs }: Instant): boolean {
    return nowMs < this.leaseEndMs && wallMs < this.leaseEndWallMs;
  }

  /**
   * Who stands by the winner has promised with its vote what an answer to a heartbeat promises: with a quorum, this
   * leader included, that is a lease, from when the votes were asked for (rule 8). Not one that the answers to the first
   * heartbeats could come too late to prolong, where they take as long as the votes did and one is lost: who shows
   * itself as the leader should remain it.
   */
  standOn({ standing, leaseEndMs, leaseEndWallMs }: Candidacy, nowMs: number): void {
    const { leaseMs, timings } = this.#settings;
    if (standing.size < this.#others) return;
    const leftMs = leaseEndMs - nowMs;
    const tookMs = leaseMs - leftMs;
    if (leftMs < tookMs + timings.heartbeatIntervalMs) return;
    this.leaseEndMs = leaseEndMs;
    this.leaseEndWallMs = leaseEndWallMs;
    this.#standing = [...standing].sort();
  }

  /** A heartbeat leaves now; returns its round. */
  beat(at: Instant): number {
    const round = this.rounds.add(at);
    // Who is a quorum alone waits for no answer.
    if (this.#others === 0) this.extendLease(at);
    return round;
  }

  /** Whether `voter` is one of the peers. */
  knows(voter: NodeId): boolean {
    return this.#known(voter) !== undefined;
  }

  /** A voter answered: prolongs the lease when a quorum has now answered a newer round. */
  answer(response: HeartbeatResponse, at: Instant): PeerFinding {
    if (response.round < 1 || response.round > this.rounds.newest) return 'stale';
    const peer = this.peer(response.voter);
    if (peer === undefined) return 'stale';
    const finding = peer.answer(response, this.rounds.newest, this.#doubtRounds);
    // With an answer to the quorum's own round, or an older one, no quorum has answered a newer.
    if (finding === 'counts' && response.round > this.quorumRound) this.extendLease(at);
    return finding;
  }

  /** See `Elector.roundTripMs`. */
  roundTripMs({ voter, round }: HeartbeatResponse, nowMs: number): number | undefined {
    const known = this.peers.find((peer) => peer.id === voter);
    // Where voters are listed, nobody else answers; a repeated answer has been under way for longer than its heartbeat.
    if (known === undefined ? this.#settings.membership.voters !== undefined : round <= known.answeredRound) {
      return undefined;
    }
    const sentAtMs = this.rounds.sentAtMs(round);
    return sentAtMs === Number.NEGATIVE_INFINITY ? undefined : nowMs - sentAtMs;
  }

  /** The peer called `id`; where voters are not listed, whoever answers becomes one (rule 3). */
  peer(id: NodeId): Peer | undefined {
    return this.#known(id) ?? this.#meet(id);
  }

  #known(id: NodeId): Peer | undefined {
    const { peers } = this;
    for (let index = 0; index < peers.length; index++) if (peers[index]?.id === id) return peers[index];
    return undefined;
  }

  #meet(id: NodeId): Peer | undefined {
    const { membership } = this.#settings;
    if (membership.voters !== undefined) return undefined;
    const peer = new Peer(id);
    if (this.peers.length > membership.size * 2 + 8) this.peers.shift();
    this.peers.push(peer);
    return peer;
  }

  /**
   * Names the heir for the next heartbeats: among the voters that answered as freshly as any, the one with the
   * highest priority; the present heir stays while it is one of the best, so that the name does not flap (rule 10).
   * Runs at every heartbeat, so it allocates nothing.
   */
  chooseHeir(): void {
    const freshest = this.#freshestAnswer();
    let best: Peer | undefined;
    const { peers } = this;
    for (let index = 0; index < peers.length; index++) {
      const peer = peers[index];
      if (peer === undefined || !mayInherit(peer, freshest)) continue;
      if (best === undefined || this.#isBetter(peer, best)) best = peer;
    }
    this.heir = best?.id;
  }

  /**
   * All who could take over, the best first. Witnesses and voters in doubt are not among them. Until anybody has answered
   * a heartbeat who could, those who stand by this leader with their votes: a witness does not (rule 8).
   */
  heirs(): readonly NodeId[] {
    const freshest = this.#freshestAnswer();
    if (freshest === 0 && this.quorumRound === 0) return this.#standing;
    return this.peers
      .filter((peer) => mayInherit(peer, freshest))
      .sort((a, b) => (this.#isBetter(a, b) ? -1 : 1))
      .map((peer) => peer.id);
  }

  /** Counts the lease from when the newest round that a quorum answered was *sent* (rule 8). */
  protected extendLease(_at: Instant): void {
    const round = Math.min(reachedBy(this.#others, this.peers, this.quorumRound), this.rounds.newest);
    if (round > this.quorumRound) this.#countFrom(round);
  }

  #countFrom(round: number): void {
    const { leaseMs } = this.#settings;
    this.quorumRound = round;
    this.leaseEndMs = this.rounds.sentAtMs(round) + leaseMs;
    this.leaseEndWallMs = this.rounds.sentAtWallMs(round) + leaseMs;
  }

  #freshestAnswer(): number {
    let freshest = 0;
    const { peers } = this;
    for (let index = 0; index < peers.length; index++) {
      const peer = peers[index];
      if (peer !== undefined && peer.priority > 0 && peer.answeredRound > freshest) freshest = peer.answeredRound;
    }
    return freshest;
  }

  #isBetter(a: Peer, b: Peer): boolean {
    if (a.priority !== b.priority) return a.priority > b.priority;
    const { heir } = this;
    if (heir !== undefined && b.id === heir) return false;
    return (heir !== undefined && a.id === heir) || a.id < b.id;
  }
}

/** One round of grace: the answer to the newest heartbeat may still be on its way. */
function mayInherit(peer: Peer, freshestAnswer: number): boolean {
  return peer.priority > 0 && peer.answeredRound > 0 && peer.answeredRound >= freshestAnswer - 1;
}
