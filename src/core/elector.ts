import { Ballot, type Recovered } from './ballot.js';
import { Candidacy } from './candidacy.js';
import { Crowd } from './crowd.js';
import { DeadlineTable, DUE } from './deadlines.js';
import type { Outcome } from './effects.js';
import { Handover } from './handover.js';
import type { Input, Instant } from './inputs.js';
import { Leadership } from './leadership.js';
import { FOR_EVER, type LeaseEnd, leaseLeftMs } from './lease.js';
import type {
  Heartbeat,
  HeartbeatResponse,
  Incarnation,
  Message,
  PreVoteRequest,
  Term,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from './messages.js';
import { describe, type NodeId } from './names.js';
import type { Settings } from './options.js';
import { Outbox } from './outbox.js';
import { VoteTally } from './quorum.js';
import type { Rng } from './random.js';
import type { Refusal } from './refusal.js';
import { type ChangeReason, type Role, type State, shownAs } from './roles.js';
import { Shadow, word } from './shadow.js';
import { Turn } from './turn.js';

/** What a request for a vote or a pre-vote is answered with. */
type Verdict = Pick<VoteResponse, 'granted'> & Partial<Pick<VoteResponse, 'retryAfterMs' | 'standsBy'>>;

/** What an elector starts from. */
export interface ElectorStart {
  readonly settings: Settings;
  readonly rng: Rng;
  readonly incarnation: Incarnation;
  /** What the log held (rule 1). */
  readonly recovered: Recovered;
}

/**
 * One node's part in the election: a state machine without a clock, a timer, IO or randomness of its own.
 * Everything that it does is the {@link Outcome} of an {@link Input}. Members that hold one rule each are
 * `protected`, so that a test can take a single rule away and watch the harm appear.
 */
export class Elector {
  readonly settings: Settings;
  readonly incarnation: Incarnation;

  protected role: Role = 'follower';
  protected readonly ballot: Ballot;
  /** The lease was gained and not lost: what was shown as LEADER. */
  protected leading = false;
  protected leadership: Leadership | undefined;
  protected candidacy: Candidacy | undefined;

  readonly #rng: Rng;
  readonly #deadlines = new DeadlineTable();
  readonly #shadow: Shadow;
  /** Where voters are known by their number alone. */
  readonly #crowd: Crowd | undefined;
  readonly #outbox = new Outbox();
  readonly #turn: Turn;
  #reason: ChangeReason = 'electionTimeout';
  /** Why leadership was lost last: an input that ends it may begin something else as well. */
  #lossReason: ChangeReason = 'leaseExpired';
  #closed = false;
  /** The application can do a leader's work. */
  #fit = true;
  #round: number;
  #handover: Handover | undefined;
  /** Who was heard as the leader of this term, be it silent by now. */
  #termLeader: NodeId | undefined;
  /** That one leads, as far as is known now. */
  #isLed = false;
  /** Two leaders of this term were heard: neither is followed (rule 14). */
  #disputed = false;
  #heardRound = 0;
  /** Votes lost since a leader was last heard. */
  #lossesInRow = 0;

  constructor({ settings, rng, incarnation, recovered }: ElectorStart) {
    this.settings = settings;
    this.incarnation = incarnation;
    this.ballot = this.createBallot(recovered);
    this.#rng = rng;
    this.#turn = new Turn(settings, rng);
    this.#shadow = this.createShadow(this.#outbox, this.#deadlines);
    if (settings.membership.voters === undefined && !settings.observer) {
      this.#crowd = this.createCrowd(this.#outbox, this.#deadlines);
    }
    // Not from 0: an answer to a former self's question must not pass for one to this process's.
    this.#round = Math.floor(rng.next() * 2 ** 32);
  }

  protected createBallot(recovered: Recovered): Ballot {
    return new Ballot(this.settings.timings, recovered);
  }

  protected createLeadership(): Leadership {
    return new Leadership(this.settings);
  }

  protected createTally(): VoteTally {
    return new VoteTally(this.settings.membership.size);
  }

  protected createShadow(outbox: Outbox, deadlines: DeadlineTable): Shadow {
    return new Shadow(this.settings, this.incarnation, outbox, deadlines);
  }

  protected createCrowd(outbox: Outbox, deadlines: DeadlineTable): Crowd {
    return new Crowd(this.settings, outbox, deadlines);
  }

  get term(): Term {
    return this.ballot.term;
  }

  get votedFor(): string | undefined {
    return this.ballot.votedFor;
  }

  /** Who leads `term`, as far as is known: oneself only while shown as LEADER. */
  get leader(): NodeId | undefined {
    return !this.#isLed || (this.role === 'leader' && !this.leading) ? undefined : this.#termLeader;
  }

  get state(): State {
    return this.#closed ? 'CLOSED' : shownAs(this.role, this.leading);
  }

  /** Who would take over: named by the leader, this node itself included (rule 10). */
  get heir(): NodeId | undefined {
    return this.leadership?.heir;
  }

  /** Whether this node leads at this instant, by the clocks (rule 8): never true a moment too long. */
  isLeader(at: Instant): boolean {
    return this.leading && this.leaseHolds(at);
  }

  /**
   * Until when this node leads unless that is prolonged, by both clocks (rule 8); for ever in interop mode. Undefined when
   * it does not lead.
   */
  get lease(): LeaseEnd | undefined {
    if (!this.leading || this.leadership === undefined) return undefined;
    if (this.settings.interop) return FOR_EVER;
    return { endMs: this.leadership.leaseEndMs, endWallMs: this.leadership.leaseEndWallMs };
  }

  /** What is left of the lease, in milliseconds, by both clocks; 0 without one, `Infinity` in interop mode. */
  leaseLeftMs(at: Instant): number {
    const { lease } = this;
    return lease === undefined ? 0 : leaseLeftMs(lease, at);
  }

  /** The voters that could take over from this leader, the best first; empty when it does not lead (rule 10). */
  heirs(): readonly NodeId[] {
    return this.settings.interop ? [] : (this.leadership?.heirs() ?? []);
  }

  /** Whether there is a voter to hand leadership to: `to` if given, anyone otherwise. */
  mayHandOver(to?: NodeId): boolean {
    const heirs = this.leading ? this.heirs() : [];
    return to === undefined ? heirs.length > 0 : heirs.includes(to);
  }

  /**
   * Why a request of one of this cluster's voters is refused at this instant; `undefined` when it is granted. The
   * decision itself asks here, so that what is told of it is why it was made.
   */
  refusalOf(request: VoteRequest | PreVoteRequest, grantVote: boolean, at: Instant): Refusal | undefined {
    if (this.#doubtful()) return 'inDoubt';
    if (this.leading && this.leaseHolds(at) && !this.settings.interop) return 'leads';
    if (this.ballot.refusedForMs(request, at.nowMs) > 0) return 'promised';
    if (request.term < this.ballot.term) return 'oldTerm';
    if (!this.couldVoteFor(request)) return 'votedForOther';
    return grantVote ? undefined : 'position';
  }

  /**
   * How long the heartbeat that `response` answers was under way, there and back, in milliseconds; `undefined` unless it
   * is a first answer to a recent heartbeat of the leadership that this node has now.
   */
  roundTripMs(response: HeartbeatResponse, { nowMs }: Instant): number | undefined {
    return response.term === this.ballot.term ? this.leadership?.roundTripMs(response, nowMs) : undefined;
  }

  /** Takes one input and says what is owed for it. Never throws for anything that a peer sent. */
  handle(input: Input): Outcome {
    if (this.#closed) return { effects: this.#outbox.drain(), nextDeadlineMs: Number.POSITIVE_INFINITY };
    const { role, leading } = this;
    const isLed = this.#isLed;
    const termLeader = this.#termLeader;
    const { term } = this.ballot;
    // Lapsed is lapsed: whoever asked isLeader() meanwhile was told so, and must hear the event, even if an answer
    // that would have prolonged the lease is the very next input.
    if (this.leading && !this.leaseHolds(input)) this.loseLeadership('leaseExpired', input);
    switch (input.kind) {
      case 'message':
        this.#onMessage(input.message, input.grantVote, input);
        break;
      case 'deadline':
        this.#onDeadlines(input);
        break;
      case 'start':
        this.#onStart(input);
        break;
      case 'persistFailed':
        this.#onPersistFailed(input);
        break;
      case 'campaign':
        this.#onElectionTimeout('asked', input);
        break;
      case 'peerGone':
        this.onPeerGone(input.id, input);
        break;
      case 'transfer':
        if (this.mayHandOver(input.to)) this.handOver(input.to, input);
        break;
      case 'stepDown':
        if (this.role === 'leader') this.handOver(undefined, input);
        break;
      case 'fitness':
        this.#onFitness(input.fit, input);
        break;
      case 'close':
        this.#onClose(input);
        break;
      default:
        this.#never(input);
    }
    const nextDeadlineMs = this.#deadlines.next();
    const isAsBefore = role === this.role && leading === this.leading && isLed === this.#isLed && !this.#closed;
    if (isAsBefore && !this.ballot.dirty && term === this.ballot.term)
      return { effects: this.#outbox.drain(), nextDeadlineMs };
    const from = shownAs(role, leading);
    const leaderBefore = !isLed || (role === 'leader' && !leading) ? undefined : termLeader;
    return { effects: this.#shown(input, from, term, leaderBefore), nextDeadlineMs };
  }

  // ---------------------------------------------------------------- what is owed

  #shown(input: Input, from: State, termBefore: Term, leaderBefore: NodeId | undefined): Outcome['effects'] {
    const to = this.state;
    const { leader, term } = this;
    const persists = this.ballot.dirty && input.kind !== 'persistFailed' && !this.settings.observer;
    const leaderChanged = leader !== leaderBefore || (leader !== undefined && term !== termBefore);
    if (from === to && !leaderChanged && !persists) return this.#outbox.drain();
    // A leadership that ends is reported under the term that was led, with what ended it.
    const about = from === 'LEADER' ? termBefore : term;
    const reason = from === 'LEADER' && to !== 'CLOSED' ? this.#lossReason : this.#reason;
    return this.#outbox.drainWith({
      change: from === to ? undefined : { kind: 'stateChange', from, to, term: about, reason },
      leaderChange: leaderChanged ? { leader, term } : undefined,
      persist: persists ? this.ballot.takeForPersist() : undefined,
    });
  }

  // ---------------------------------------------------------------- start, end, failure

  #onStart({ nowMs }: Instant): void {
    const { observer, preVote, timings } = this.settings;
    if (observer) return;
    const waitUntilMs = this.ballot.awaitFormerPromises(nowMs);
    if (this.ballot.isNew) this.#deadlines.set(DUE.settle, waitUntilMs);
    this.#deadlines.set(DUE.presence, nowMs);
    // Asking harms nobody, so it begins as soon as a living leader would have been heard; the votes themselves wait.
    // Where nobody is asked first (interop), the campaign itself has to wait out the election timeout.
    const firstMs = preVote
      ? nowMs + timings.heartbeatIntervalMs * (1 + this.#rng.next())
      : Math.max(waitUntilMs, nowMs + this.#randomTimeoutMs());
    this.#deadlines.set(DUE.election, firstMs);
  }

  #onClose(at: Instant): void {
    if (this.role === 'leader') this.loseLeadership('closed', at);
    this.#reason = 'closed';
    this.#closed = true;
    this.#isLed = false;
    this.#deadlines.clearAll();
  }

  #onFitness(fit: boolean, at: Instant): void {
    this.#fit = fit;
    if (fit) return;
    if (this.role === 'leader') this.handOver(undefined, at, 'unfit');
    else if (this.role !== 'follower') this.#becomeFollower('unfit', at);
  }

  /** What this node's priority is worth now: none while the application cannot lead (rule 10). */
  #priority(): number {
    return this.#fit ? this.settings.priority : 0;
  }

  /**
   * The vote was not given, as nobody saw it; but it may be on the disk all the same, so it is kept here too, and is
   * made durable before anything else relies on it (DESIGN section 5).
   */
  #onPersistFailed(at: Instant): void {
    this.ballot.persistFailed();
    if (this.role === 'leader') this.loseLeadership('persistFailed', at);
    else if (this.role === 'candidate') this.#becomeFollower('persistFailed', at);
  }

  // ---------------------------------------------------------------- deadlines

  #onDeadlines(at: Instant): void {
    const { nowMs } = at;
    const due = this.#deadlines;
    // Reached only early: a lease that is over was lost before any deadline was looked at.
    if (due.take(DUE.lease, nowMs) && this.leadership !== undefined) due.set(DUE.lease, this.leadership.leaseEndMs);
    if (due.take(DUE.heartbeat, nowMs) && this.role === 'leader') this.#beat(at);
    // Nearly always that was all.
    if (due.next() > nowMs) return;
    if (due.take(DUE.settle, nowMs)) this.ballot.settle();
    if (due.take(DUE.request, nowMs)) this.#ask(at);
    if (due.take(DUE.election, nowMs)) this.#onElectionTimeout('electionTimeout', at);
    if (due.take(DUE.handover, nowMs)) this.#repeatHandover(at);
    if (due.take(DUE.presence, nowMs)) this.#sayPresence(at);
    if (due.take(DUE.crowd, nowMs)) this.#crowd?.look(nowMs);
  }

  /** A wait in [electionTimeoutMinMs, electionTimeoutMaxMs) (rule 5). */
  #randomTimeoutMs(): number {
    const { electionTimeoutMinMs, electionTimeoutMaxMs } = this.settings.timings;
    return electionTimeoutMinMs + this.#rng.next() * (electionTimeoutMaxMs - electionTimeoutMinMs);
  }

  /** The wait before a request is repeated, from half of the interval to all of it (rule 6). */
  #requestDelayMs(): number {
    return this.settings.timings.requestIntervalMs * (0.5 + 0.5 * this.#rng.next());
  }

  #awaitLeader(nowMs: number): void {
    this.#deadlines.set(DUE.election, nowMs + this.#turn.waitMs());
  }

  /**
   * A hint, and perhaps a wrong one: it moves nothing but the instant at which this follower asks for pre-votes, never
   * to before its own promise is all but over, and the next heartbeat moves it back (rule 10). Without pre-vote, to ask
   * is to campaign, which a wrong hint must not bring about.
   */
  protected onPeerGone(id: NodeId, { nowMs }: Instant): void {
    if (this.role !== 'follower' || !this.settings.preVote || !this.#mayStand()) return;
    if (!this.#turn.noteGone(id, nowMs)) return;
    const askAtMs = this.#turn.askEarlyAtMs(this.ballot.freeAtMs, nowMs);
    if (askAtMs !== undefined && askAtMs < this.#deadlines.at(DUE.election)) this.#deadlines.set(DUE.election, askAtMs);
  }

  // ---------------------------------------------------------------- candidacy

  #onElectionTimeout(reason: ChangeReason, at: Instant): void {
    if (this.role === 'leader') {
      // Won the vote and never got a lease: someone else may do better.
      if (!this.leading) this.loseLeadership(reason, at);
      return;
    }
    if (!this.#mayStand()) {
      if (this.ballot.term >= Number.MAX_SAFE_INTEGER) {
        this.#outbox.report(
          'TERM_EXHAUSTED',
          `term ${this.ballot.term} is the last one: this cluster can elect nobody again`,
        );
      }
      this.#becomeFollower(reason, at);
      this.#isLed = false;
    } else if (this.settings.preVote || this.#isCrowded()) {
      this.#becomePreCandidate(reason, at.nowMs, at);
    } else if (this.ballot.isFree(at.nowMs)) {
      this.campaign({ transfer: false }, reason, at);
    } else {
      this.#deadlines.set(DUE.election, this.ballot.freeAtMs + this.#requestDelayMs());
    }
  }

  /** Whether this node may ask for votes at all. */
  #mayStand(): boolean {
    if (this.settings.observer || this.#priority() === 0 || this.#shadow.present) return false;
    if (this.ballot.term >= Number.MAX_SAFE_INTEGER) return false;
    // In a crowd pre-votes are still asked, whatever the settings, so that the crowd goes on being seen; they lead to
    // nothing. Plain graft has none (rule 15).
    return !this.#isCrowded() || !this.settings.interop;
  }

  #becomePreCandidate(reason: ChangeReason, askAtMs: number, at: Instant): void {
    this.role = 'preCandidate';
    this.#reason = reason;
    this.#isLed = false;
    this.candidacy = undefined;
    this.#deadlines.clear(DUE.election);
    this.#deadlines.set(DUE.request, askAtMs);
    if (askAtMs <= at.nowMs && this.#deadlines.take(DUE.request, at.nowMs)) this.#ask(at);
  }

  /** Asks, for the first time or again (rule 6). */
  #ask(at: Instant): void {
    if (this.role === 'preCandidate') {
      if (this.candidacy?.isOver(at) ?? true) this.candidacy = this.#newPreVote(at);
    } else if (this.role !== 'candidate' || this.settings.interop) {
      return;
    }
    if (this.candidacy === undefined) return;
    this.candidacy.askedAtMs = at.nowMs;
    this.#outbox.broadcast(this.candidacy.request);
    this.#deadlines.set(DUE.request, this.#askAgainAtMs(at.nowMs));
    this.#countPreVotes(at);
  }

  /** An heir that asks before its own promise ends wants to know when the others' do: once is enough for that. */
  #askAgainAtMs(nowMs: number): number {
    const isEarly = this.#turn.isOwn && this.role === 'preCandidate' && !this.ballot.isFree(nowMs);
    return isEarly ? this.ballot.freeAtMs : nowMs + this.#requestDelayMs();
  }

  #newPreVote(at: Instant): Candidacy {
    this.#round += 1;
    const { id, timings } = this.settings;
    const request: PreVoteRequest = {
      kind: 'preVoteRequest',
      term: this.ballot.term + 1,
      candidate: id,
      position: undefined,
      leadershipTransfer: undefined,
      standBy: undefined,
      incarnation: this.incarnation,
      round: this.#round,
    };
    return this.#newCandidacy(request, timings.electionTimeoutMinMs, at);
  }

  #newCandidacy(request: PreVoteRequest | VoteRequest, lastsMs: number, began: Instant): Candidacy {
    const { leaseMs } = this.settings;
    return new Candidacy({ request, tally: this.createTally(), began, lastsMs, leaseMs });
  }

  /** Campaigns once a quorum would vote for this node, and it would itself. */
  #countPreVotes(at: Instant): void {
    if (this.role !== 'preCandidate' || this.#doubtful() || this.candidacy?.tally.outcome() !== 'won') return;
    if (this.ballot.isFree(at.nowMs)) {
      this.campaign({ transfer: false }, 'won', at);
      return;
    }
    const { freeAtMs } = this.ballot;
    if (freeAtMs < this.#deadlines.at(DUE.request)) this.#deadlines.set(DUE.request, freeAtMs);
  }

  /** A new term, the own vote in it, and the question to all others (diss. 3.4). */
  protected campaign({ transfer }: { readonly transfer: boolean }, reason: ChangeReason, at: Instant): void {
    const { id, interop } = this.settings;
    // The wait of a new log is over, or there would be no campaign. Written with the vote: a leader owes no write.
    if (this.ballot.isNew) this.ballot.settle();
    this.#deadlines.clear(DUE.settle);
    this.#enterTerm(this.ballot.term + 1);
    this.ballot.cast(id);
    this.role = 'candidate';
    this.#reason = reason;
    this.#round += 1;
    const request: VoteRequest = {
      kind: 'voteRequest',
      term: this.ballot.term,
      candidate: id,
      position: undefined,
      leadershipTransfer: transfer,
      standBy: this.asksToStandBy(transfer),
      incarnation: this.incarnation,
      round: this.#round,
    };
    const lastsMs = this.candidacyMs();
    this.candidacy = this.#newCandidacy(request, lastsMs, at);
    this.#outbox.broadcast(request);
    this.#deadlines.set(DUE.election, at.nowMs + lastsMs);
    if (interop) this.#deadlines.clear(DUE.request);
    else this.#deadlines.set(DUE.request, at.nowMs + this.#requestDelayMs());
    this.#countVotes(at);
  }

  /**
   * Whether votes are to be promises too: only where no other candidate is to be expected, since who has promised itself
   * to one that does not win elects nobody else for electionTimeoutMin (rules 8 to 10). Plain graft promises nothing.
   */
  protected asksToStandBy(transfer: boolean): boolean {
    return !this.settings.interop && (transfer || this.#turn.isOwn);
  }

  /**
   * How long a candidacy lasts: a random election timeout (rule 5), cut by the clock drift as the lease is, so that by
   * no pair of clocks it outlasts the wait of a voter whose log, and with it a vote for this candidate, was lost (rule 7).
   */
  protected candidacyMs(): number {
    const { timings, leaseMs } = this.settings;
    return (this.#randomTimeoutMs() * leaseMs) / timings.electionTimeoutMinMs;
  }

  #countVotes(at: Instant): void {
    const outcome = this.candidacy?.tally.outcome();
    if (outcome === 'won') this.#becomeLeader(at);
    else if (outcome === 'lost' && this.settings.preVote) {
      this.#becomePreCandidate('lostElection', at.nowMs + this.#pauseAfterLossMs(), at);
    }
  }

  /**
   * Losers leave each other room, at random, and more of it with every vote lost in a row: where messages take longer
   * than the request interval, they would go on splitting the vote.
   */
  #pauseAfterLossMs(): number {
    const { requestIntervalMs, electionTimeoutMinMs } = this.settings.timings;
    this.#lossesInRow += 1;
    return this.#rng.next() * Math.min(requestIntervalMs * 2 ** this.#lossesInRow, electionTimeoutMinMs);
  }

  // ---------------------------------------------------------------- leadership

  #becomeLeader(at: Instant): void {
    const { candidacy } = this;
    this.role = 'leader';
    this.#reason = 'won';
    this.candidacy = undefined;
    this.#lossesInRow = 0;
    this.leadership = this.createLeadership();
    if (candidacy !== undefined) this.leadership.standOn(candidacy, at.nowMs);
    this.#termLeader = this.settings.id;
    this.#isLed = true;
    this.#deadlines.clear(DUE.request);
    // The first heartbeat leaves at once (rule 5), unless the own vote must reach the disk first: then as soon as it has.
    if (this.ballot.dirty) this.#deadlines.set(DUE.heartbeat, at.nowMs);
    else this.#beat(at);
  }

  #beat(at: Instant): void {
    const { leadership } = this;
    if (leadership === undefined) return;
    const { id, interop, timings } = this.settings;
    const round = interop ? 0 : leadership.beat(at);
    leadership.chooseHeir();
    this.#outbox.broadcast({
      kind: 'heartbeat',
      term: this.ballot.term,
      leader: id,
      round,
      heir: interop ? undefined : leadership.heir,
      incarnation: this.incarnation,
    });
    this.#deadlines.set(DUE.heartbeat, at.nowMs + timings.heartbeatIntervalMs);
    this.#lead(leadership, at);
  }

  /** Shows LEADER once the lease is there (rule 8). One that is shown holds: what has lapsed was lost before. */
  #lead({ leaseEndMs }: Leadership, at: Instant): void {
    if (!this.leading && !this.#gainsLease(at)) return;
    if (!this.settings.interop) this.#deadlines.set(DUE.lease, leaseEndMs);
  }

  #gainsLease(at: Instant): boolean {
    if (!this.leaseHolds(at)) return false;
    this.leading = true;
    this.#reason = 'won';
    this.#deadlines.clear(DUE.election);
    return true;
  }

  /** The lease, by both clocks (rule 8). Plain graft has none (rule 15). */
  protected leaseHolds(at: Instant): boolean {
    if (this.leadership === undefined) return false;
    return this.settings.interop || this.leadership.holds(at);
  }

  protected loseLeadership(reason: ChangeReason, at: Instant): void {
    this.leading = false;
    this.#lossReason = reason;
    this.leadership = undefined;
    this.#turn.forget();
    this.#becomeFollower(reason, at);
  }

  /**
   * Gives the lease up, and only then asks the heir to campaign (rule 9): the loss is the first effect, TimeoutNow
   * comes after it. Then everyone else has a turn before this node asks for votes again.
   */
  protected handOver(to: NodeId | undefined, at: Instant, reason: ChangeReason = 'steppedDown'): void {
    const known = this.heirs();
    const heirs = to === undefined ? known : [to, ...known.filter((heir) => heir !== to)];
    const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs } = this.settings.timings;
    this.loseLeadership(reason, at);
    this.#deadlines.set(DUE.election, at.nowMs + electionTimeoutMaxMs + heartbeatIntervalMs + this.#randomTimeoutMs());
    if (heirs.length === 0) return;
    this.#handover = new Handover(this.ballot.term, heirs, at.nowMs + electionTimeoutMinMs);
    this.#repeatHandover(at);
  }

  #repeatHandover({ nowMs }: Instant): void {
    const heir = this.#handover?.next(this.ballot.term, nowMs);
    if (heir === undefined) return;
    this.#outbox.send(heir, {
      kind: 'timeoutNow',
      term: this.ballot.term,
      leader: this.settings.id,
      round: undefined,
      heir: undefined,
      incarnation: undefined,
    });
    this.#deadlines.set(DUE.handover, nowMs + this.#requestDelayMs());
  }

  // ---------------------------------------------------------------- followers

  #becomeFollower(reason: ChangeReason, { nowMs }: Instant): void {
    if (this.role !== 'follower') this.#leaveRole(reason);
    this.#awaitLeader(nowMs);
  }

  #leaveRole(reason: ChangeReason): void {
    this.role = 'follower';
    this.#reason = reason;
    this.#isLed = false;
    this.candidacy = undefined;
    this.#deadlines.clear(DUE.request);
    this.#deadlines.clear(DUE.heartbeat);
    this.#deadlines.clear(DUE.lease);
  }

  /** A newer term: whatever was known of the old one is over, except what was promised in it (rule 7). */
  #enterTerm(term: Term): void {
    this.ballot.enterTerm(term);
    this.#isLed = false;
    this.#termLeader = undefined;
    this.#disputed = false;
    this.#heardRound = 0;
    this.#handover = undefined;
    this.#deadlines.clear(DUE.handover);
  }

  /** Takes over a newer term that was heard of (diss. 3.3), as a follower. */
  #adoptTerm(term: Term, at: Instant): void {
    if (this.role === 'leader') this.loseLeadership('newerTerm', at);
    else if (this.role !== 'follower') this.#becomeFollower('newerTerm', at);
    this.#enterTerm(term);
  }

  /** Votes of this node mean nothing while its id, or the electorate, is in doubt (rules 3, 4). */
  #doubtful(): boolean {
    return this.#shadow.present || this.#isCrowded();
  }

  #isCrowded(): boolean {
    return this.#crowd?.present ?? false;
  }

  // ---------------------------------------------------------------- messages

  #onMessage(message: Message, grantVote: boolean, at: Instant): void {
    switch (message.kind) {
      case 'heartbeat':
      case 'heartbeatResponse':
        this.#onPulse(message, at);
        return;
      default:
        this.#onElectionMessage(message, grantVote, at);
    }
  }

  /**
   * What a leader and its followers say while nothing happens, which is nearly all: in little code, so that it is
   * inlined.
   */
  #onPulse(message: Heartbeat | HeartbeatResponse, at: Instant): void {
    const sender = message.kind === 'heartbeat' ? message.leader : message.voter;
    if (message.kind === 'heartbeat' && message.round === 0 && !this.settings.interop) {
      // Whoever counts no rounds waits for no answers: plain graft, be it one of ours in interop mode (rule 15).
      this.#reportPlainGraft(sender);
      return;
    }
    if (!this.#accepts(sender, message.incarnation, at)) return;
    if (message.kind === 'heartbeat') this.#onHeartbeat(message, at);
    else this.#onHeartbeatResponse(message, at);
  }

  #onElectionMessage(message: Exclude<Message, Heartbeat | HeartbeatResponse>, grantVote: boolean, at: Instant): void {
    switch (message.kind) {
      case 'voteRequest':
        if (this.#accepts(message.candidate, message.incarnation, at)) this.#onVoteRequest(message, grantVote, at);
        return;
      case 'preVoteRequest':
        if (this.#accepts(message.candidate, message.incarnation, at)) this.#onPreVoteRequest(message, grantVote, at);
        return;
      case 'voteResponse':
        this.#onAnyVoteResponse(message, at);
        return;
      case 'timeoutNow':
        this.#onTimeoutNow(message, at);
        return;
      default:
        this.#never(message);
    }
  }

  /** Whether a word from `sender` is one of a peer's in this cluster (rules 2, 3, 4, 15). */
  #accepts(sender: NodeId, incarnation: Incarnation, at: Instant): boolean {
    return (incarnation !== 0 && this.wasAccepted(sender)) || this.#isPeer(sender, incarnation, at);
  }

  /**
   * Spares a look at the list of voters, which is frozen, and so slow to look at: who leads, or answers a leader, is
   * listed.
   */
  protected wasAccepted(sender: NodeId): boolean {
    const { id, membership } = this.settings;
    if (membership.voters === undefined || sender === id) return false;
    return this.leadership === undefined ? this.#isLed && sender === this.#termLeader : this.leadership.knows(sender);
  }

  #isPeer(sender: NodeId, incarnation: Incarnation, at: Instant): boolean {
    const { id, membership, interop } = this.settings;
    if (incarnation === 0 && !interop) {
      this.#reportPlainGraft(sender);
      return false;
    }
    if (sender === id) {
      this.#hearOwnId(incarnation, 0, at);
      return false;
    }
    if (membership.voters !== undefined && !membership.voters.includes(sender)) {
      this.#outbox.report(
        'UNLISTED_VOTER',
        `${describe(sender)} takes part in cluster ${membership.name} and is not one of cluster.voters ` +
          `(${membership.voters.join(', ')}): it is not listened to`,
      );
      return false;
    }
    if (this.#crowd?.hear(sender, at.nowMs)) this.#yieldToCrowd(at);
    return true;
  }

  #reportPlainGraft(peer: NodeId): void {
    this.#outbox.report(
      'PLAIN_GRAFT_PEER',
      `${describe(peer)} speaks plain graft (Go) and can neither hear nor answer this node: set interop: true on ` +
        'every node until the last plain graft node is gone',
    );
  }

  #onPreVoteRequest(request: PreVoteRequest, grantVote: boolean, at: Instant): void {
    if (this.settings.observer || this.settings.interop) return;
    const granted = this.refusalOf(request, grantVote, at) === undefined;
    this.#answer(request, { granted, retryAfterMs: this.ballot.refusedForMs(request, at.nowMs) });
  }

  #onVoteRequest(request: VoteRequest, grantVote: boolean, at: Instant): void {
    if (this.settings.observer) return;
    const refusal = this.refusalOf(request, grantVote, at);
    if (refusal === 'inDoubt' || refusal === 'promised' || refusal === 'leads') {
      this.#answer(request, { granted: false, retryAfterMs: this.ballot.refusedForMs(request, at.nowMs) });
      return;
    }
    if (request.term > this.ballot.term) this.#adoptTerm(request.term, at);
    if (refusal !== undefined) {
      this.#answer(request, { granted: false });
      return;
    }
    const standsBy = this.ballot.grantOf(request)?.standsBy ?? (request.standBy && this.standByCandidate(at));
    this.ballot.grant(request, standsBy);
    this.#turn.forget();
    this.#becomeFollower('votedForOther', at);
    this.#answer(request, { granted: true, standsBy });
  }

  /**
   * The promise that a vote can be (rule 8): as with the answer to a heartbeat, no vote for anybody else for
   * electionTimeoutMin (rule 7). Once for each question: its repetitions bind for no longer, since the lease counts from
   * when it was first asked. Not by a witness: whoever leads by votes alone may have to hand over to who gave them.
   * @returns whether this voter gives it.
   */
  protected standByCandidate({ nowMs }: Instant): boolean {
    if (this.settings.interop || this.#priority() === 0 || !this.ballot.mayPromise(nowMs)) return false;
    this.ballot.standByLeader(nowMs);
    return true;
  }

  /**
   * A term whose leader was heard needs no vote any more. Whoever asks for one all the same is late; or it is that very
   * leader, and has lost its log: it would count its rounds from 1 again, and be taken for its former self.
   */
  protected couldVoteFor(request: VoteRequest | PreVoteRequest): boolean {
    if (request.term === this.ballot.term && this.#termLeader !== undefined) return false;
    return this.ballot.couldVoteFor(request);
  }

  #answer(request: VoteRequest | PreVoteRequest, { granted, retryAfterMs = 0, standsBy = false }: Verdict): void {
    const { interop } = this.settings;
    this.#outbox.send(request.candidate, {
      kind: 'voteResponse',
      preVote: request.kind === 'preVoteRequest',
      term: granted ? request.term : this.ballot.term,
      granted,
      standsBy,
      voter: this.settings.id,
      incarnation: this.incarnation,
      round: request.round,
      retryAfterMs: granted || interop ? 0 : Math.ceil(retryAfterMs),
    });
  }

  #onAnyVoteResponse(response: VoteResponse, at: Instant): void {
    const { voter } = response;
    if (voter === this.settings.id) {
      this.#hearOwnId(response.incarnation, response.round, at);
      return;
    }
    if (voter === undefined) {
      if (!this.settings.interop) {
        this.#outbox.report(
          'PLAIN_GRAFT_PEER',
          'an anonymous vote came in, as plain graft (Go) peers send: it does not count',
        );
        return;
      }
    } else if (!this.#accepts(voter, response.incarnation, at)) {
      return;
    }
    if (this.settings.observer) return;
    if (response.granted) this.onGrant(response, at);
    else this.#onRefusal(response, at);
  }

  /** Counts a grant if it answers the question that is being asked (rules 2, 6). */
  protected onGrant(response: VoteResponse, at: Instant): void {
    const { candidacy } = this;
    if (candidacy === undefined || response.preVote !== (candidacy.request.kind === 'preVoteRequest')) return;
    if (response.term !== candidacy.request.term || candidacy.isOver(at)) return;
    if (response.voter === undefined) candidacy.tally.grantAnonymously();
    else if (response.round !== candidacy.request.round) return;
    else this.#countGrant(response.voter, response.standsBy, candidacy);
    if (response.preVote) this.#countPreVotes(at);
    else this.#countVotes(at);
  }

  #countGrant(voter: NodeId, standsBy: boolean, candidacy: Candidacy): void {
    candidacy.tally.grant(voter);
    if (standsBy) candidacy.standing.add(voter);
  }

  #onRefusal(response: VoteResponse, at: Instant): void {
    if (response.term > this.ballot.term) {
      // Behind: take the term over and, if asking, ask again about the one after it (rule 6).
      const asking = this.role === 'preCandidate' || this.role === 'candidate';
      this.#adoptTerm(response.term, at);
      if (asking && this.settings.preVote && this.#mayStand()) {
        this.#becomePreCandidate('newerTerm', at.nowMs + this.#requestDelayMs(), at);
      }
      return;
    }
    const { candidacy } = this;
    if (candidacy === undefined || response.round !== candidacy.request.round || response.voter === undefined) return;
    if (response.retryAfterMs > 0) {
      this.#followHint(response.retryAfterMs, candidacy, at);
    } else if (this.role === 'candidate' && response.term === this.ballot.term) {
      candidacy.tally.refuse(response.voter);
      this.#countVotes(at);
    }
  }

  /**
   * Comes back when the refuser will be free (rule 7). The heir exactly then, on arrival if it can: the wait was reckoned
   * when the last pre-vote request had arrived, so it counts from when that was sent; a vote request leaves later than it
   * is made, once the vote is on disk. Others leave each other room.
   */
  #followHint(retryAfterMs: number, candidacy: Candidacy, { nowMs }: Instant): void {
    const sentAtMs = this.role === 'preCandidate' ? candidacy.askedAtMs : nowMs;
    const askAtMs = this.#turn.isOwn
      ? Math.max(nowMs, sentAtMs + retryAfterMs)
      : nowMs + retryAfterMs + this.#requestDelayMs();
    if (askAtMs < this.#deadlines.at(DUE.request) && candidacy.takeHint()) this.#deadlines.set(DUE.request, askAtMs);
  }

  #onHeartbeat(heartbeat: Heartbeat, at: Instant): void {
    const { observer, interop } = this.settings;
    const { term, leader, round } = heartbeat;
    const isExpected = this.#isLed && term === this.ballot.term && leader === this.#termLeader;
    if (!isExpected && !this.#isWhoLeads(heartbeat, at)) return;
    // A repetition of what was heard already says nothing new about the leader.
    if (!interop && round <= this.#heardRound) return;
    this.#heardRound = round;
    this.#termLeader = leader;
    this.#turn.hear(leader, heartbeat.heir);
    this.acceptLeader(at);
    this.#isLed = true;
    if (observer || interop) return;
    // An answer is a promise. Who may have lost its log has lost the term that would refuse an older leader; and who has
    // a second process, or a crowd, beside it cannot keep what it promises (rules 3, 4, 7).
    if (this.ballot.mayPromise(at.nowMs) && !this.#doubtful()) this.#answerHeartbeat(leader, round);
    else this.#showCrowd(leader);
  }

  /** Whether a heartbeat is one of the leader to follow from now on. */
  #isWhoLeads(heartbeat: Heartbeat, at: Instant): boolean {
    const { term, leader } = heartbeat;
    const { observer, interop } = this.settings;
    if (term < this.ballot.term) {
      // A stale leader learns (rule 11). The news carries no round: by the time that it arrives the same node may lead
      // the newer term, and would take it for an answer to its round of that number, and so for a promise (rule 8).
      if (!observer && !interop) this.#answerHeartbeat(leader, 0);
      return false;
    }
    if (term > this.ballot.term) this.#adoptTerm(term, at);
    if (this.#termLeader !== undefined && this.#termLeader !== leader) this.onSecondLeader(heartbeat, at);
    if (this.#disputed) this.#showCrowd(leader);
    return !this.#disputed;
  }

  /** Who sees a crowd and kept silent would not be seen: the leader would count one voter less, and lead on (rule 3). */
  #showCrowd(leader: NodeId): void {
    if (this.#isCrowded() && !this.settings.interop) this.#answerHeartbeat(leader, 0);
  }

  /** The promise that the answer to a heartbeat makes: no vote for anybody for electionTimeoutMin (rule 7). */
  protected acceptLeader(at: Instant): void {
    this.#lossesInRow = 0;
    this.ballot.standByLeader(at.nowMs);
    this.#becomeFollower('heardLeader', at);
  }

  #answerHeartbeat(leader: NodeId, round: number): void {
    this.#outbox.send(leader, {
      kind: 'heartbeatResponse',
      term: this.ballot.term,
      voter: this.settings.id,
      round,
      incarnation: this.incarnation,
      priority: this.#priority(),
    });
  }

  /** Must never happen, so it is said, and nobody of this term is followed any more (rule 14). */
  protected onSecondLeader({ leader, term }: Heartbeat, at: Instant): void {
    if (!this.#disputed) {
      this.#outbox.report(
        'SECOND_LEADER',
        `${describe(leader)} and ${describe(this.#termLeader)} both lead term ${term}`,
      );
    }
    this.#disputed = true;
    this.#isLed = false;
    if (this.role === 'leader') this.loseLeadership('secondLeader', at);
  }

  #onHeartbeatResponse(response: HeartbeatResponse, at: Instant): void {
    const { leadership } = this;
    if (leadership === undefined || response.term !== this.ballot.term || this.settings.interop) {
      this.#onNewsOfTerm(response, at);
      return;
    }
    const finding = leadership.answer(response, at);
    if (finding === 'counts') this.#lead(leadership, at);
    else if (finding === 'twins') this.#tellTwins(response.voter, leadership);
  }

  #onNewsOfTerm({ term }: HeartbeatResponse, at: Instant): void {
    if (term > this.ballot.term && !this.settings.observer && !this.settings.interop) this.#adoptTerm(term, at);
  }

  #onTimeoutNow({ term, leader }: TimeoutNow, at: Instant): void {
    const { interop } = this.settings;
    if (interop || term !== this.ballot.term || leader !== this.#termLeader || leader === this.settings.id) return;
    if (this.role === 'candidate' || this.#disputed || this.#isCrowded() || !this.#mayStand()) return;
    // What this node promised, it promised to the leader that asks it now; a lost log may have promised more (rule 9).
    if (!this.ballot.mayTakeOver(at.nowMs)) return;
    this.campaign({ transfer: true }, 'asked', at);
  }

  // ---------------------------------------------------------------- two processes, one id (rule 4)

  #sayPresence(at: Instant): void {
    // The second process may have stood by a leader in this id's name until it went.
    if (this.#shadow.speak(this.ballot.term, this.ballot.waitEndsAtMs, at)) this.ballot.awaitOtherPromises(at.nowMs);
  }

  #hearOwnId(other: Incarnation, heard: Incarnation, at: Instant): void {
    if (!this.#shadow.hear(other, heard, this.ballot.term, at)) return;
    this.#outbox.report(
      'DUPLICATE_ID',
      `another live process has the id ${describe(this.settings.id)}: neither votes or leads until one of them is gone`,
    );
    if (this.role === 'leader') this.loseLeadership('duplicateId', at);
    else if (this.role !== 'follower') this.#becomeFollower('duplicateId', at);
  }

  /** Both processes answer a leader and may not hear each other: tell each of the other. */
  #tellTwins(voter: NodeId, { peers }: Leadership): void {
    const twin = peers.find((peer) => peer.id === voter);
    if (twin === undefined) return;
    const { id, incarnation, formerIncarnation } = twin;
    this.#outbox.send(id, word(id, this.ballot.term, incarnation, formerIncarnation));
    this.#outbox.send(id, word(id, this.ballot.term, formerIncarnation, incarnation));
  }

  // ---------------------------------------------------------------- more voters than the size (rule 3)

  #yieldToCrowd(at: Instant): void {
    if (this.role === 'leader') this.loseLeadership('tooManyVoters', at);
    else if (this.role === 'candidate') this.#becomeFollower('tooManyVoters', at);
  }

  #never(value: never): never {
    throw new Error(`not an input of an elector: ${JSON.stringify(value)}`);
  }
}
