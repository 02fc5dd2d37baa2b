import { Ballot, type Recovered } from '../../../src/core/ballot.js';
import type { Candidacy } from '../../../src/core/candidacy.js';
import { Crowd } from '../../../src/core/crowd.js';
import type { DeadlineTable } from '../../../src/core/deadlines.js';
import type { Effect, Outcome } from '../../../src/core/effects.js';
import { Elector } from '../../../src/core/elector.js';
import type { Input, Instant } from '../../../src/core/inputs.js';
import { Leadership } from '../../../src/core/leadership.js';
import type { HeartbeatResponse, PreVoteRequest, Term, VoteRequest, VoteResponse } from '../../../src/core/messages.js';
import type { NodeId } from '../../../src/core/names.js';
import type { Settings } from '../../../src/core/options.js';
import type { Outbox } from '../../../src/core/outbox.js';
import type { PeerFinding } from '../../../src/core/peer.js';
import { VoteTally } from '../../../src/core/quorum.js';
import type { ChangeReason } from '../../../src/core/roles.js';
import { Shadow } from '../../../src/core/shadow.js';

// Electors with one protection taken away each. Everything else is the real thing.

/** A ballot that stands by no leader. */
class UnstickyBallot extends Ballot {
  override standByLeader(): void {}
}

/** Rule 7: no stickiness. */
export class WithoutStickiness extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new UnstickyBallot(this.settings.timings, recovered);
  }
}

/** A ballot whose promise to a leader dies with that leader's term. */
class ForgetfulBallot extends Ballot {
  override enterTerm(term: Term): void {
    super.enterTerm(term);
    this.stickyUntilMs = Number.NEGATIVE_INFINITY;
  }
}

/** A ballot whose promise to its leader can be taken back. */
class RevocableBallot extends Ballot {
  revoke(): void {
    this.stickyUntilMs = Number.NEGATIVE_INFINITY;
  }
}

/** Rule 10: that a process is said to be gone is taken for proof: what was promised to it is void. */
export class WithHintsForProof extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new RevocableBallot(this.settings.timings, recovered);
  }

  protected override onPeerGone(id: NodeId, at: Instant): void {
    if (id === this.leader && this.ballot instanceof RevocableBallot) this.ballot.revoke();
    super.onPeerGone(id, at);
  }
}

/** Rule 7: stickiness is forgotten when a newer term is entered. */
export class WithStickinessOfOneTerm extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new ForgetfulBallot(this.settings.timings, recovered);
  }
}

/** A ballot that waits for no former self. */
class UnwaryBallot extends Ballot {
  override awaitFormerPromises(): number {
    return Number.NEGATIVE_INFINITY;
  }
}

/** Rule 7: no wait after a start. */
export class WithoutStartWait extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new UnwaryBallot(this.settings.timings, recovered);
  }
}

/** Rule 7: a new log waits as an old one does, electionTimeoutMin. */
export class WithoutNewLogWait extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new Ballot(this.settings.timings, { ...recovered, isNew: false });
  }
}

/** Rule 1: the vote does not survive a restart, the term does. */
export class WithVoteForgottenOnRestart extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new Ballot(this.settings.timings, { ...recovered, votedFor: undefined });
  }
}

/** A ballot that compares terms with >=: every request of the present term is one of a new term. */
class TermBlindBallot extends Ballot {
  override couldVoteFor({ term }: VoteRequest | PreVoteRequest): boolean {
    return term >= this.term;
  }
}

/** Rule 1: one vote a request, not a term. */
export class WithTermsComparedLoosely extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new TermBlindBallot(this.settings.timings, recovered);
  }
}

/** Rule 7: a term whose leader was heard has votes left, for that leader. */
export class WithVotesForALedTerm extends Elector {
  protected override couldVoteFor(request: VoteRequest | PreVoteRequest): boolean {
    return this.ballot.couldVoteFor(request);
  }
}

/** Rule 1: a heartbeat of the same term clears the vote, as in nats-io/graft, which does not ask whether a term is led. */
export class WithVoteClearedByHeartbeat extends WithVotesForALedTerm {
  protected override acceptLeader(at: Instant): void {
    this.ballot.enterTerm(this.ballot.term);
    super.acceptLeader(at);
  }
}

/** A leadership that knows how long a lease is. Not by a name that ends as the names of instants do. */
class MeasuredLeadership extends Leadership {
  protected readonly leaseLength: number;

  constructor(settings: Settings) {
    super(settings);
    this.leaseLength = settings.leaseMs;
  }
}

/** A leadership that counts the lease from when an answer came. */
class ReceiptLeadership extends MeasuredLeadership {
  override standOn(won: Candidacy, nowMs: number): void {
    super.standOn(won, nowMs);
    const lateMs = nowMs + this.leaseLength - won.leaseEndMs;
    this.leaseEndMs += lateMs;
    this.leaseEndWallMs += lateMs;
  }

  protected override extendLease(at: Instant): void {
    const before = this.quorumRound;
    super.extendLease(at);
    if (this.quorumRound === before) return;
    const lateMs = at.nowMs - this.rounds.sentAtMs(this.quorumRound);
    this.leaseEndMs += lateMs;
    this.leaseEndWallMs += lateMs;
  }
}

/** Rule 8: the lease is counted from receipt, not from sending. */
export class WithLeaseFromReceipt extends Elector {
  protected override createLeadership(): Leadership {
    return new ReceiptLeadership(this.settings);
  }
}

/** Rules 7 and 8: votes are called promises, and are not kept. */
export class WithVotesNotStoodBy extends Elector {
  protected override standByCandidate(): boolean {
    return true;
  }
}

/** Rule 8: as an older version, which knows votes that are no promises only. */
export class WithoutVotesThatPromise extends Elector {
  protected override standByCandidate(): boolean {
    return false;
  }
}

/** A ballot that knows candidates by their ids alone. */
class ProcessBlindBallot extends Ballot {
  override couldVoteFor({ candidate, term }: VoteRequest | PreVoteRequest): boolean {
    if (term !== this.term) return term > this.term;
    return this.votedFor === undefined || this.votedFor === candidate;
  }
}

/** Rules 4 and 8: a vote that one process of a candidate got, another one gets too. */
export class WithVotesForAnyProcess extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new ProcessBlindBallot(this.settings.timings, recovered);
  }
}

/** Rule 8: every vote is taken for a promise. */
export class WithVotesTakenForPromises extends Elector {
  protected override onGrant(response: VoteResponse, at: Instant): void {
    super.onGrant({ ...response, standsBy: true }, at);
  }
}

/** Rule 8: who was elected a round trip ago shows itself as the leader, however long that round trip is. */
class HastyLeadership extends MeasuredLeadership {
  override standOn(won: Candidacy): void {
    super.standOn(won, won.leaseEndMs - this.leaseLength);
  }
}

export class WithHastyLeases extends Elector {
  protected override createLeadership(): Leadership {
    return new HastyLeadership(this.settings);
  }
}

/** Rule 8: everyone asks for votes that are promises, be there as many candidates as there are. */
export class WithPromisesAskedByAll extends Elector {
  protected override asksToStandBy(): boolean {
    return true;
  }
}

/** Rule 8: the lease allows for no drift of the clocks. */
export class WithLeaseThatTrustsClocks extends Elector {
  protected override createLeadership(): Leadership {
    return new Leadership(Object.freeze({ ...this.settings, leaseMs: this.settings.timings.electionTimeoutMinMs }));
  }
}

/** A leadership that looks at the monotonic clock alone. */
class MonotonicLeadership extends Leadership {
  override holds({ nowMs }: Instant): boolean {
    return super.holds({ nowMs, wallMs: Number.NEGATIVE_INFINITY });
  }
}

/** Rule 8: wall time does not end a lease. */
export class WithoutWallClock extends Elector {
  protected override createLeadership(): Leadership {
    return new MonotonicLeadership(this.settings);
  }
}

/** A leadership that is for ever. */
class EndlessLeadership extends Leadership {
  override beat(at: Instant): number {
    this.extendLease();
    return super.beat(at);
  }

  protected override extendLease(): void {
    this.leaseEndMs = Number.MAX_VALUE;
    this.leaseEndWallMs = Number.MAX_VALUE;
  }
}

/** Rule 8: a won vote is all that it takes to lead, for as long as nobody says otherwise. */
export class WithoutLease extends Elector {
  protected override createLeadership(): Leadership {
    return new EndlessLeadership(this.settings);
  }
}

/** A leadership that takes an answer to an old heartbeat for one to the newest. */
class RoundBlindLeadership extends Leadership {
  override answer(response: HeartbeatResponse, at: Instant): PeerFinding {
    return super.answer({ ...response, round: this.rounds.newest }, at);
  }
}

/** Rule 8: an answer to an old round counts as new. */
export class WithStaleRoundsCounted extends Elector {
  protected override createLeadership(): Leadership {
    return new RoundBlindLeadership(this.settings);
  }
}

/** Rule 9: the lease is kept while the heir campaigns. */
export class WithLeaseDuringTransfer extends Elector {
  #handingOver = false;
  #reprieveUntilMs = 0;

  protected override handOver(to: NodeId | undefined, at: Instant): void {
    this.#reprieveUntilMs = this.leadership?.leaseEndMs ?? 0;
    this.#handingOver = true;
    super.handOver(to, at);
    this.#handingOver = false;
  }

  protected override loseLeadership(reason: ChangeReason, at: Instant): void {
    super.loseLeadership(reason, at);
    if (!this.#handingOver) this.#reprieveUntilMs = 0;
  }

  override isLeader(at: Instant): boolean {
    return super.isLeader(at) || at.nowMs < this.#reprieveUntilMs;
  }
}

/** Rule 9: having sent TimeoutNow, it takes the lease up again when an answer comes in. */
export class WithLeaseResumed extends Elector {
  protected override handOver(to: NodeId | undefined, at: Instant): void {
    const { leadership } = this;
    super.handOver(to, at);
    this.leadership = leadership;
    this.role = 'leader';
  }
}

/** Rule 9: the flag of the transfer stays for every campaign that follows. */
export class WithTransferFlagKept extends Elector {
  #transferred = false;

  protected override campaign({ transfer }: { readonly transfer: boolean }, reason: ChangeReason, at: Instant): void {
    this.#transferred ||= transfer;
    super.campaign({ transfer: this.#transferred }, reason, at);
  }
}

/** A tally that counts responses. */
class CountingTally extends VoteTally {
  override grant(voter: string): void {
    if (this.granted.has(voter)) this.grantAnonymously();
    super.grant(voter);
  }
}

/** Rule 2: responses are counted, not voters, as in nats-io/graft. */
export class WithResponsesCounted extends Elector {
  protected override createTally(): VoteTally {
    return new CountingTally(this.settings.membership.size);
  }
}

/** Rule 2: a vote that names nobody counts. */
export class WithAnonymousVotes extends Elector {
  override handle(input: Input): Outcome {
    if (input.kind === 'message' && input.message.kind === 'voteResponse' && input.message.voter === undefined) {
      this.onGrant(input.message, input);
    }
    return super.handle(input);
  }
}

/** Rule 6: any grant answers the question that is being asked. */
export class WithOldAnswersCounted extends Elector {
  protected override onGrant(response: VoteResponse, at: Instant): void {
    const request = this.candidacy?.request;
    if (request === undefined) return;
    const { term, round } = request;
    super.onGrant({ ...response, term, round, preVote: request.kind === 'preVoteRequest' }, at);
  }
}

/** Rule 6: an asker that is behind does not take the term of a refusal over (etcd 8243). */
export class WithoutLearningFromRefusals extends Elector {
  override handle(input: Input): Outcome {
    if (input.kind !== 'message' || input.message.kind !== 'voteResponse') return super.handle(input);
    const { message } = input;
    const term = message.granted ? message.term : Math.min(message.term, this.term);
    return super.handle({ ...input, message: { ...message, term } });
  }
}

/** Rule 7: a voter refuses, but takes over the term of whoever asks. */
export class WithStickinessThatTakesTerms extends Elector {
  override handle(input: Input): Outcome {
    if (input.kind !== 'message' || input.message.kind !== 'voteRequest') return super.handle(input);
    const { term, candidate: voter, incarnation } = input.message;
    const news = {
      preVote: false,
      granted: false,
      standsBy: false,
      term,
      voter,
      incarnation,
      round: 0,
      retryAfterMs: 0,
    };
    const learned = super.handle({ ...input, message: { kind: 'voteResponse', ...news } });
    const answered = super.handle(input);
    return { ...answered, effects: [...learned.effects, ...answered.effects] };
  }
}

/** Rule 11: heartbeats of an old term are not answered. */
export class WithoutTellingStaleLeaders extends Elector {
  override handle(input: Input): Outcome {
    const stale = input.kind === 'message' && input.message.kind === 'heartbeat' && input.message.term < this.term;
    return super.handle(stale ? { kind: 'deadline', nowMs: input.nowMs, wallMs: input.wallMs } : input);
  }
}

/** Rules 8, 11: the news to a stale leader carries the round of its old heartbeat. */
export class WithRoundInNews extends Elector {
  override handle(input: Input): Outcome {
    const { effects, nextDeadlineMs } = super.handle(input);
    if (input.kind !== 'message' || input.message.kind !== 'heartbeat') return { effects, nextDeadlineMs };
    const { round } = input.message;
    const rounded = effects.map((effect) =>
      effect.kind === 'send' && effect.message.kind === 'heartbeatResponse'
        ? { ...effect, message: { ...effect.message, round } }
        : effect,
    );
    return { effects: rounded, nextDeadlineMs };
  }
}

/** Rule 14: a second leader of a term is followed like the first. */
export class WithSecondLeaderIgnored extends Elector {
  protected override onSecondLeader(): void {}
}

class BlindShadow extends Shadow {
  override hear(): boolean {
    return false;
  }
}

/** Rule 4: a second process with this id is not noticed. */
export class WithoutSeeingTwins extends Elector {
  protected override createShadow(outbox: Outbox, deadlines: DeadlineTable): Shadow {
    return new BlindShadow(this.settings, this.incarnation, outbox, deadlines);
  }
}

class BlindCrowd extends Crowd {
  override hear(): boolean {
    return false;
  }
}

/** Rule 3: more voters than the size are not noticed. */
export class WithoutSeeingCrowds extends Elector {
  protected override createCrowd(outbox: Outbox, deadlines: DeadlineTable): Crowd {
    return new BlindCrowd(this.settings, outbox, deadlines);
  }
}

/** Rule 1: what relies on a write is let out before it. */
export class WithSendsBeforePersist extends Elector {
  override handle(input: Input): Outcome {
    const { effects, nextDeadlineMs } = super.handle(input);
    const waits = (effect: Effect) => effect.kind === 'persist';
    return { effects: [...effects.filter((effect) => !waits(effect)), ...effects.filter(waits)], nextDeadlineMs };
  }
}
