import type { Elector } from '../../core/elector.js';
import type { Instant } from '../../core/inputs.js';
import type { LeaseEnd } from '../../core/lease.js';
import type { Term } from '../../core/messages.js';
import type { State } from '../../core/roles.js';
import type { Clock } from '../../node/clock.js';

/** What the worker shows: all of one moment. */
export interface Showing {
  readonly term: Term;
  readonly state: State;
  readonly lease: LeaseEnd | undefined;
  readonly leader: string | undefined;
  readonly heir: string | undefined;
  readonly votedFor: string | undefined;
  readonly delay: { readonly latestMs: number; readonly longestMs: number };
}

/** What a reader gets: what was shown at `at`, and at that very instant still was. */
export interface Reading {
  readonly showing: Showing;
  readonly at: Instant;
}

const NOTHING: Showing = {
  term: 0,
  state: 'FOLLOWER',
  lease: undefined,
  leader: undefined,
  heir: undefined,
  votedFor: undefined,
  delay: { latestMs: 0, longestMs: 0 },
};

const STATES: readonly State[] = ['FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE', 'LEADER', 'CLOSED'];

/** Words of a page, 8 bytes each. A text has its length here, -1 where there is none. */
const WORD = { term: 0, state: 1, leaseEndMs: 2, leaseEndWallMs: 3, latestDelayMs: 4, longestDelayMs: 5, texts: 6 };
const TEXTS = ['leader', 'heir', 'votedFor'] as const;
const WORDS = WORD.texts + TEXTS.length;
/** Bytes of a text. Ids have 128 at most; only a vote in a log of Go graft's may be longer, and is cut. */
const TEXT_BYTES = 256;
const PAGE_BYTES = WORDS * 8 + TEXTS.length * TEXT_BYTES;
/** Before the pages: the version, the life sign, the number of messages read, the channels that are wanted. */
const HEADER_BYTES = 16;
const VERSION = 0;
const LIFE_SIGN = 1;
const MESSAGES_READ = 2;
const WANTED = 3;

/**
 * The shared memory of a node's two threads. Each part of it has one writer.
 *
 * The worker shows what its elector knows on two pages in turn: it fills the page that is not up, and then turns over by
 * one atomic store of the version. A reader takes the version, the page that it points at, the clock, and the version
 * again; where that has changed meanwhile, it begins anew. So a reader never sees half of a page, and what it says was
 * shown at the instant of its clock. A writer that dies half-way leaves the former page up, so no reader ever waits for
 * it, as one would for the lock, or the odd sequence number, of a dead thread.
 *
 * All of a page is read and written by `Atomics`. Plain reads could be moved behind the second look at the version on
 * processors that reorder them.
 */
export class Board {
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #pages: readonly [Page, Page];

  /** @param memory of another thread's board; without it, a new one is made. */
  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(HEADER_BYTES + 2 * PAGE_BYTES);
    this.#header = new Int32Array(this.memory, 0, HEADER_BYTES / 4);
    this.#pages = [new Page(this.memory, HEADER_BYTES), new Page(this.memory, HEADER_BYTES + PAGE_BYTES)];
    if (memory === undefined) this.show(NOTHING);
  }

  // ---------------------------------------------------------------- the worker's word

  /** For the worker. When this returns, every reader sees it. */
  show(showing: Showing): void {
    const next = Atomics.load(this.#header, VERSION) + 1;
    this.#page(next).write(showing);
    Atomics.store(this.#header, VERSION, next);
  }

  /** What is shown now, with the clock read while it was. */
  read(clock: Clock): Reading {
    for (;;) {
      const version = Atomics.load(this.#header, VERSION);
      const showing = this.#page(version).read();
      const at = { nowMs: clock.nowMs(), wallMs: clock.wallMs() };
      if (Atomics.load(this.#header, VERSION) === version) return { showing, at };
    }
  }

  #page(version: number): Page {
    return this.#pages[version & 1 ? 1 : 0];
  }

  // ---------------------------------------------------------------- the main thread's

  /** For the main thread: it lives. */
  beat(): void {
    Atomics.add(this.#header, LIFE_SIGN, 1);
  }

  /** How often the main thread has said that it lives. */
  get beats(): number {
    return Atomics.load(this.#header, LIFE_SIGN);
  }

  /** For the main thread: one more message of the worker's is read. */
  countMessage(): void {
    Atomics.add(this.#header, MESSAGES_READ, 1);
  }

  /** For the main thread: which of the worker's channels somebody here has subscribed to, a bit each. */
  want(channels: number): void {
    Atomics.store(this.#header, WANTED, channels);
  }

  /** Whether the channel of that number is wanted. */
  isWanted(channel: number): boolean {
    return (Atomics.load(this.#header, WANTED) & (1 << channel)) !== 0;
  }

  /** How many of the worker's messages the main thread has read; begins anew after 2^32. */
  get messagesRead(): number {
    return Atomics.load(this.#header, MESSAGES_READ);
  }
}

/** What an elector shows. */
export function showingOf(elector: Elector, { latestMs, longestMs }: Showing['delay']): Showing {
  const { term, state, lease, leader, heir, votedFor } = elector;
  return { term, state, lease, leader, heir, votedFor, delay: { latestMs, longestMs } };
}

/** One page. Not for two writers, nor for a reader while it is written: {@link Board} sees to that. */
class Page {
  readonly #words: BigInt64Array;
  readonly #texts: readonly Uint8Array[];
  /** A number seen as the word that holds it. */
  readonly #number = new Float64Array(1);
  readonly #bits = new BigInt64Array(this.#number.buffer);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #copy = new Uint8Array(TEXT_BYTES);

  constructor(memory: SharedArrayBuffer, offset: number) {
    this.#words = new BigInt64Array(memory, offset, WORDS);
    this.#texts = TEXTS.map((_, index) => new Uint8Array(memory, offset + WORDS * 8 + index * TEXT_BYTES, TEXT_BYTES));
  }

  write({ lease, delay, ...showing }: Showing): void {
    this.#put(WORD.term, showing.term);
    this.#put(WORD.state, STATES.indexOf(showing.state));
    this.#put(WORD.leaseEndMs, lease?.endMs ?? Number.NEGATIVE_INFINITY);
    this.#put(WORD.leaseEndWallMs, lease?.endWallMs ?? Number.NEGATIVE_INFINITY);
    this.#put(WORD.latestDelayMs, delay.latestMs);
    this.#put(WORD.longestDelayMs, delay.longestMs);
    for (const [index, name] of TEXTS.entries()) this.#putText(index, showing[name]);
  }

  read(): Showing {
    const lease = { endMs: this.#get(WORD.leaseEndMs), endWallMs: this.#get(WORD.leaseEndWallMs) };
    return {
      term: this.#get(WORD.term),
      state: STATES[this.#get(WORD.state)] ?? 'FOLLOWER',
      lease: lease.endMs === Number.NEGATIVE_INFINITY ? undefined : lease,
      leader: this.#getText(0),
      heir: this.#getText(1),
      votedFor: this.#getText(2),
      delay: { latestMs: this.#get(WORD.latestDelayMs), longestMs: this.#get(WORD.longestDelayMs) },
    };
  }

  #put(word: number, value: number): void {
    this.#number[0] = value;
    Atomics.store(this.#words, word, this.#bits[0] ?? 0n);
  }

  #get(word: number): number {
    this.#bits[0] = Atomics.load(this.#words, word);
    return this.#number[0] ?? 0;
  }

  #putText(index: number, text: string | undefined): void {
    const bytes = this.#texts[index];
    if (bytes === undefined) return;
    const written = text === undefined ? -1 : this.#encoder.encodeInto(text, this.#copy).written;
    for (let at = 0; at < written; at++) Atomics.store(bytes, at, this.#copy[at] ?? 0);
    this.#put(WORD.texts + index, written);
  }

  #getText(index: number): string | undefined {
    const bytes = this.#texts[index];
    const length = this.#get(WORD.texts + index);
    if (bytes === undefined || length < 0) return undefined;
    // Into memory of one's own: a decoder takes no shared one. A length that another page's writer has left here, seen
    // half-way, is thrown away with the rest; it must only not lead out of the text.
    const end = Math.min(length, TEXT_BYTES);
    for (let at = 0; at < end; at++) this.#copy[at] = Atomics.load(bytes, at);
    return this.#decoder.decode(this.#copy.subarray(0, end));
  }
}
