import type { Message } from '../../src/core/messages.js';
import type { Bounds, Configuration } from './configuration.js';
import { PairTable } from './pair-table.js';

/** A message on its way. */
export interface Flight {
  /** Which voter sent it, by position. */
  readonly from: number;
  /** Which voter gets it; -1 is every other. */
  readonly to: number;
  /** Candidates' rounds are 1, the round that the candidate is in, or 0, any earlier one. */
  readonly message: Message;
}

/**
 * The messages that were ever sent, as a set. Any of them may arrive at any time, any number of times, at any of those
 * it was sent to, or never: loss, repetition, reordering and delay without end are all in that one sentence, and a
 * partition is one whose messages do not arrive.
 */
export class Network {
  readonly flights: Flight[] = [];
  readonly #flightIds = new Map<string, number>();

  readonly sets: Uint16Array[] = [];
  readonly #setIds = new Map<string, number>();
  readonly postings: Posting[] = [];
  /** By posting: the bounds cut a message of it off. */
  readonly isCut: boolean[] = [];
  readonly #postingIds = new Map<string, number>();
  readonly #posted = new PairTable();
  readonly #pruned = new PairTable();
  readonly #hints: boolean;
  readonly #bounds: Bounds;

  constructor({ hints, bounds }: Configuration) {
    this.#hints = hints;
    this.#bounds = bounds;
    this.#setId([]);
    this.postingId({ newRoundOf: -1, flights: [] });
  }

  flightId(flight: Flight): number {
    const text = JSON.stringify(flight);
    const known = this.#flightIds.get(text);
    if (known !== undefined) return known;
    const id = this.flights.length;
    if (id > 0xffff) throw new RangeError('more than 65536 different messages: lower the bounds');
    this.flights.push(flight);
    this.#flightIds.set(text, id);
    return id;
  }

  postingId(posting: Posting): number {
    const text = JSON.stringify(posting);
    const known = this.#postingIds.get(text);
    if (known !== undefined) return known;
    const id = this.postings.length;
    this.postings.push(posting);
    this.isCut.push(!posting.flights.every((flight) => this.#isWithinBounds(this.flightAt(flight))));
    this.#postingIds.set(text, id);
    return id;
  }

  /** The set after a posting; the empty set is 0, the empty posting too. */
  post(setId: number, postingId: number): number {
    if (postingId === 0) return setId;
    const known = this.#posted.get(setId, postingId);
    if (known >= 0) return known;
    const { newRoundOf, flights } = this.postingAt(postingId);
    const old = [...this.setAt(setId)];
    const kept = newRoundOf < 0 ? old : old.flatMap((flight) => this.#grownOld(flight, newRoundOf));
    const result = this.#setId([...kept, ...flights.filter((flight) => this.#isWithinBounds(this.flightAt(flight)))]);
    this.#posted.set(setId, postingId, result);
    return result;
  }

  setAt(setId: number): Uint16Array {
    const set = this.sets[setId];
    if (set === undefined) throw new RangeError(`no set ${setId}`);
    return set;
  }

  flightAt(id: number): Flight {
    const flight = this.flights[id];
    if (flight === undefined) throw new RangeError(`no message ${id}`);
    return flight;
  }

  /**
   * The set without the messages that can do nothing any more, whatever happens, since their receiver has come to a
   * newer term, which it never leaves.
   *
   * @param terms the durable term of every voter.
   */
  prune(setId: number, terms: readonly number[]): number {
    const key = terms.reduce((sum, term) => sum * 64 + term, 0);
    const known = this.#pruned.get(setId, key);
    if (known >= 0) return known;
    const result = this.setOf([...this.setAt(setId)].filter((flight) => !this.#isDead(this.flightAt(flight), terms)));
    this.#pruned.set(setId, key, result);
    return result;
  }

  /** What is said about terms that nobody may enter gets lost, and so do heartbeats beyond the bound. */
  #isWithinBounds({ message }: Flight): boolean {
    const { terms, heartbeats } = this.#bounds;
    return message.term <= terms && (message.kind !== 'heartbeat' || message.round <= heartbeats);
  }

  #isDead({ to, message }: Flight, terms: readonly number[]): boolean {
    const term = terms[to] ?? 0;
    switch (message.kind) {
      case 'timeoutNow':
      case 'heartbeatResponse':
        return message.term < term;
      case 'voteResponse':
        if (message.granted) return message.term < term;
        // A refusal of an old round says its term and no more.
        if (message.round === 0) return message.term <= term;
        return !this.#hints && (message.preVote ? message.term <= term : message.term < term);
      default:
        // Requests and heartbeats of old terms are answered with the newer one.
        return false;
    }
  }

  /**
   * What a message is once `candidate` has begun a new round. The core compares a candidate's rounds for equality only
   * and never asks in an old one again, so all old ones are alike, and of an old refusal only the term is left.
   * Pre-vote requests of an old round get lost: the answers to them, on their way, do not.
   */
  #grownOld(id: number, candidate: number): readonly number[] {
    const { from, to, message } = this.flightAt(id);
    const asks = from === candidate && (message.kind === 'voteRequest' || message.kind === 'preVoteRequest');
    const answers = to === candidate && message.kind === 'voteResponse';
    if (!asks && !answers) return [id];
    if (message.kind === 'preVoteRequest') return [];
    const isRefusal = message.kind === 'voteResponse' && !message.granted;
    const left = isRefusal ? { preVote: false, retryAfterMs: 0 } : {};
    return [this.flightId({ from, to, message: { ...message, ...left, round: 0 } })];
  }

  setOf(flights: readonly number[]): number {
    return this.#setId(flights);
  }

  postingAt(id: number): Posting {
    const posting = this.postings[id];
    if (posting === undefined) throw new RangeError(`no posting ${id}`);
    return posting;
  }

  #setId(flights: readonly number[]): number {
    const sorted = sortedOnce(flights);
    const text = String.fromCharCode(...sorted);
    const known = this.#setIds.get(text);
    if (known !== undefined) return known;
    const id = this.sets.length;
    this.sets.push(Uint16Array.from(sorted));
    this.#setIds.set(text, id);
    return id;
  }
}

/** In order, each once. The lists are short and mostly in order, which insertion makes the most of. */
function sortedOnce(numbers: readonly number[]): number[] {
  const sorted: number[] = [];
  for (const number of numbers) {
    let place = sorted.length;
    while (place > 0 && (sorted[place - 1] ?? 0) > number) place -= 1;
    if (place > 0 && sorted[place - 1] === number) continue;
    sorted.push(number);
    for (let at = sorted.length - 1; at > place; at--) sorted[at] = sorted[at - 1] ?? 0;
    sorted[place] = number;
  }
  return sorted;
}

/** What one step does to the messages in flight. */
export interface Posting {
  /** Whose requests, and the answers to them, have become old; -1 for nobody's. */
  readonly newRoundOf: number;
  readonly flights: readonly number[];
}
