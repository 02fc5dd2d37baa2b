import type { Message, VoteResponse } from '../../../core/messages.js';
import type { Timings } from '../../../core/options.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { CampaignTimes } from './campaign-times.js';
import { type GroundRules, instant, ROUNDING_MS } from './ground-rules.js';
import { HeartbeatTimes } from './heartbeat-times.js';

interface Vote {
  readonly voter: string;
  readonly candidate: string;
  readonly term: number;
  readonly preVote: boolean;
  /** Which question of the candidate's it answers. */
  readonly round: number;
}

/** What a voter owes, in true time. It outlives its processes. */
interface Debt {
  /** How fast the clock runs that counts them. */
  readonly rate: number;
  /** To the leader that it answered, or stands by with its vote: no other vote before then. */
  promisedUntilMs: number;
  promisedTo: string;
  /** The question that it gave its last vote for: to give it again is to give nothing new. */
  vote: string;
  /** To the leaders that a former process may have answered. */
  waitsUntilMs: number;
  /** To whomever a lost disk may have named. `Infinity` until a process has started upon a new log. */
  settlesAtMs: number;
  /** The newest term on its disk, and the newest that anybody has told it of who was not asking for its vote. */
  durableTerm: number;
  toldTerm: number;
}

/**
 * No voter gives a vote or a pre-vote, its own included, within what it promised: to the leader whose heartbeat it
 * answered, or that it stands by with its vote, as long as that leader may count on it; after a start, as long as a
 * former process may have promised; with a new log, longer. A request in the outgoing leader's name passes the first
 * two. A leader whose lease holds gives none either. Nor does a voter, within its promise, take the term over from who
 * asks for its vote.
 *
 * Source: rules 7 to 9; diss. 4.2.3, 6.4.1; TiKV 15035.
 */
export class PromisesAreKept implements Invariant {
  readonly name = 'promises are kept';
  readonly source = 'rules 7, 8; diss. 4.2.3';
  readonly kind = 'safety';
  readonly hears = ['started', 'diskReplaced', 'durable', 'sent', 'delivered'] as const;
  readonly messages = ['voteRequest', 'voteResponse', 'heartbeat', 'heartbeatResponse', 'timeoutNow'] as const;
  readonly #sent = new HeartbeatTimes();
  readonly #campaigns = new CampaignTimes();
  readonly #debts = new Map<string, Debt>();
  /** Campaigns that an outgoing leader asked for: candidate and term. */
  readonly #transfers = new Set<string>();
  readonly #timings: Timings;

  constructor({ timings, voters }: GroundRules) {
    this.#timings = timings;
    for (const { id, rate, logTerm } of voters) this.#debts.set(id, newDebt(rate, logTerm));
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    if (event.kind === 'sent') return this.#onSent(event, world);
    const { nowMs } = world;
    if (event.kind === 'delivered') {
      this.#hear(event.message, this.#debts.get(event.to));
      return undefined;
    }
    const debt = 'by' in event ? this.#debts.get(event.by) : undefined;
    if (debt === undefined) return undefined;
    switch (event.kind) {
      case 'diskReplaced':
        debt.settlesAtMs = Number.POSITIVE_INFINITY;
        debt.durableTerm = 0;
        return undefined;
      case 'started':
        debt.waitsUntilMs = nowMs + this.#timings.electionTimeoutMinMs / debt.rate;
        // The wait of a new log begins once: a disk that has been written is not new for ever.
        if (debt.settlesAtMs === Number.POSITIVE_INFINITY) {
          debt.settlesAtMs = nowMs + this.#timings.electionTimeoutMaxMs / debt.rate;
        }
        return undefined;
      case 'durable':
        return this.#onDurable(event, debt, nowMs);
      default:
        return undefined;
    }
  }

  /** Whatever tells a node of a term, but for who asks in no leader's name: that is what a promise is to withstand. */
  #hear(message: Message, debt: Debt | undefined): void {
    if (debt === undefined || message.kind === 'preVoteRequest') return;
    if (message.kind === 'voteRequest' && !message.leadershipTransfer) return;
    debt.toldTerm = Math.max(debt.toldTerm, message.term);
  }

  #onDurable(event: Extract<WorldEvent, { kind: 'durable' }>, debt: Debt, nowMs: number): string | undefined {
    const { by, found = false } = event;
    const { term, votedFor } = event.state;
    // What it finds, a former process took, and owed nothing then: the wait is for what it may have promised since.
    const isTaken = !found && term > debt.durableTerm && term > debt.toldTerm && votedFor === undefined;
    debt.durableTerm = term;
    const untilMs = Math.max(debt.promisedUntilMs, debt.waitsUntilMs);
    if (!isTaken || nowMs + ROUNDING_MS >= untilMs) return undefined;
    return `${by} takes term ${term} over from a candidate at ${instant(nowMs)}, and stands by what it promised until ${instant(untilMs)}`;
  }

  #onSent({ message, from, to }: Extract<WorldEvent, { message: Message }>, world: WorldView): string | undefined {
    switch (message.kind) {
      case 'heartbeat':
        this.#sent.note(message, world.nowMs);
        return undefined;
      case 'heartbeatResponse': {
        const debt = this.#debts.get(from);
        if (debt === undefined) return undefined;
        this.#promise(debt, to, this.#sent.sentAtMs(to, message.term, message.round));
        return undefined;
      }
      case 'voteRequest':
        this.#campaigns.note(message, world.nowMs);
        if (message.leadershipTransfer) this.#transfers.add(`${from} ${message.term}`);
        return this.#vote(
          { voter: from, candidate: from, term: message.term, preVote: false, round: message.round },
          world,
        );
      case 'voteResponse':
        if (!message.granted) return undefined;
        return this.#give(message, from, to, world);
      default:
        return undefined;
    }
  }

  /** A vote, and the promise that it may be. */
  #give(response: VoteResponse, from: string, to: string, world: WorldView): string | undefined {
    const { term, preVote, round } = response;
    const breach = this.#vote({ voter: from, candidate: to, term, preVote, round }, world);
    const debt = this.#debts.get(from);
    if (debt !== undefined) this.#promise(debt, to, this.#campaigns.sentAtMs(to, response));
    return breach;
  }

  #promise(debt: Debt, to: string, askedAtMs: number): void {
    const untilMs = askedAtMs + this.#timings.electionTimeoutMinMs / debt.rate;
    if (untilMs <= debt.promisedUntilMs) return;
    debt.promisedUntilMs = untilMs;
    debt.promisedTo = to;
  }

  #vote(vote: Vote, { nowMs, members }: WorldView): string | undefined {
    const { voter, candidate, term, preVote, round } = vote;
    const debt = this.#debts.get(voter);
    if (debt === undefined) return undefined;
    const soon = nowMs + ROUNDING_MS;
    const question = `${candidate} ${term} ${round}`;
    const isGivenAgain = !preVote && debt.vote === question;
    if (!preVote) debt.vote = question;
    const isLeader = members.get(voter)?.isLeader() === true;
    if (!isLeader && soon >= debt.promisedUntilMs && soon >= debt.waitsUntilMs && soon >= debt.settlesAtMs) {
      return undefined;
    }
    const asked = !preVote && this.#transfers.has(`${candidate} ${term}`);
    const what = `${voter} gives ${candidate} a ${preVote ? 'pre-vote' : 'vote'} in term ${term} at ${instant(nowMs)}`;
    if (isLeader) return `${what}, and leads`;
    if (soon < debt.settlesAtMs) return `${what}, with a new log that waits until ${instant(debt.settlesAtMs)}`;
    if (asked) return undefined;
    if (soon < debt.promisedUntilMs && !isGivenAgain) {
      return `${what}, and has promised ${debt.promisedTo} none until ${instant(debt.promisedUntilMs)}`;
    }
    if (soon >= debt.waitsUntilMs) return undefined;
    return `${what}, and has to wait until ${instant(debt.waitsUntilMs)} after its start`;
  }
}

/** @param logTerm the term in a kept log; absent for a new one. */
function newDebt(rate: number, logTerm: number | undefined): Debt {
  return {
    rate,
    promisedUntilMs: Number.NEGATIVE_INFINITY,
    promisedTo: '',
    vote: '',
    waitsUntilMs: Number.NEGATIVE_INFINITY,
    settlesAtMs: logTerm === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
    durableTerm: logTerm ?? 0,
    toldTerm: 0,
  };
}
