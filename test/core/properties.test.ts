// Whatever comes in whatever order, on every kind of node: what the core owes to its runtime (effects.ts, inputs.ts)
// and to itself. fast-check draws the inputs and shrinks what fails.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effects.js';
import { Elector, type ElectorStart } from '../../src/core/elector.js';
import type { Message } from '../../src/core/messages.js';
import { parseNodeId } from '../../src/core/names.js';
import type { State } from '../../src/core/roles.js';
import {
  candidate,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  preCandidate,
  preVoteGrant,
  Subject,
  type SubjectOptions,
  timeoutNow,
  wordToOwnId,
} from './electors.js';

const LAST = Number.MAX_SAFE_INTEGER;
const IDS = ['a', 'b', 'c', 'x'].map((id) => parseNodeId(id));

const id = fc.constantFrom(...IDS);
/** Mostly near the node's own, sometimes at the ends. */
const term = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 3, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, LAST - 1, LAST) },
);
const round = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 6 }) },
  { weight: 1, arbitrary: fc.constant(LAST) },
);
/** The node's own among them, and a plain graft peer's. */
const incarnation = fc.constantFrom(1001, 1002, 1003, 2001, 0);
const position = fc.constant(undefined);

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    kind: fc.constant('voteRequest' as const),
    term,
    candidate: id,
    position,
    leadershipTransfer: fc.boolean(),
    standBy: fc.boolean(),
    incarnation,
    round,
  }),
  fc.record({ kind: fc.constant('preVoteRequest' as const), term, candidate: id, position, incarnation, round }),
  fc.record({
    kind: fc.constant('voteResponse' as const),
    preVote: fc.boolean(),
    term,
    granted: fc.boolean(),
    standsBy: fc.boolean(),
    voter: fc.option(id, { nil: undefined, freq: 10 }),
    incarnation,
    round,
    retryAfterMs: fc.constantFrom(0, 1, 300, LAST),
  }),
  fc.record({
    kind: fc.constant('heartbeat' as const),
    term,
    leader: id,
    round,
    heir: fc.option(id, { nil: undefined }),
    incarnation,
  }),
  fc.record({
    kind: fc.constant('heartbeatResponse' as const),
    term,
    voter: id,
    round,
    incarnation,
    priority: fc.constantFrom(0, 1, 255),
  }),
  fc.record({ kind: fc.constant('timeoutNow' as const), term, leader: id }),
);

type Step =
  | { readonly what: 'message'; readonly message: Message; readonly grantVote: boolean }
  /** A grant of what the node asked last, so that elections are won too. */
  | { readonly what: 'answer'; readonly voter: 'b' | 'c' }
  /** What random ids and terms hardly ever hit: a leader of this very term, its TimeoutNow, a second owner of the id. */
  | { readonly what: 'leader' | 'leader asks' | 'twin'; readonly round: number }
  | { readonly what: 'next deadline' }
  | { readonly what: 'wait'; readonly forMs: number }
  | { readonly what: 'suspend'; readonly forMs: number }
  | { readonly what: 'campaign' | 'stepDown' }
  | { readonly what: 'fit' | 'unfit' }
  | { readonly what: 'transfer'; readonly to: 'b' | 'c' | undefined };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ what: fc.constant('message' as const), message, grantVote: fc.boolean() }) },
  { weight: 10, arbitrary: fc.record({ what: fc.constant('answer' as const), voter: fc.constantFrom('b', 'c') }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constantFrom('leader', 'leader', 'leader asks', 'twin'), round: fc.nat(100) }),
  },
  { weight: 10, arbitrary: fc.constant({ what: 'next deadline' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('wait' as const), forMs: fc.constantFrom(0.5, 10, 100, 700) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('suspend' as const), forMs: fc.constantFrom(100, 5000) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('campaign' as const, 'stepDown' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('fit' as const, 'fit' as const, 'unfit' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('transfer' as const), to: fc.constantFrom('b', 'c', undefined) }),
  },
);
/** A step, and whether the write that it asks for fails. */
const move = fc.tuple(
  step,
  fc.nat(9).map((luck) => luck === 0),
);
const moves = fc.array(move, { minLength: 1, maxLength: 80 });

/** What happened to all nodes of this file at least once: a property of idle nodes proves nothing. */
const happened = new Set<string>();

const NODES: readonly [string, (draw: number) => Subject][] = [
  ['a voter of three', (draw) => new Subject({ draw })],
  ['a voter of a cluster known by its size', (draw) => new Subject({ draw, cluster: { name: 'test', size: 2 } })],
  ['a cluster of one', (draw) => new Subject({ draw, cluster: { name: 'test', voters: ['a'] } })],
  ['a cluster of size one', (draw) => new Subject({ draw, cluster: { name: 'test', size: 1 } })],
  ['a new log', (draw) => new Subject({ draw, isNew: true, term: 0 })],
  ['a witness', (draw) => new Subject({ draw, priority: 0 })],
  ['a voter without pre-vote', (draw) => new Subject({ draw, preVote: false })],
  ['a voter in interop mode', (draw) => new Subject({ draw, interop: true, cluster: { name: 'test', size: 3 } })],
  ['an observer', (draw) => new Subject({ draw, id: 'o', observer: true })],
  ['a voter at the end of terms', (draw) => new Subject({ draw, term: LAST - 1 })],
  ['a leader', (draw) => drawingLater(draw, leader)],
  ['a candidate', (draw) => drawingLater(draw, candidate)],
  ['a follower', (draw) => drawingLater(draw, follower)],
];

/** A node that has come to be what it is by the shortest waits, and draws `draw` from then on. */
function drawingLater(draw: number, make: (options: SubjectOptions) => Subject): Subject {
  let drawn = 0;
  const subject = make({ draw: () => drawn });
  drawn = draw;
  return subject;
}

/** What a node has owed so far, and asserts that hold after every outcome. */
class Books {
  readonly subject: Subject;
  #term: number;
  #state: State;
  #leads: boolean;
  #asked: Message | undefined;

  constructor(subject: Subject) {
    this.subject = subject;
    const { term, state } = subject.elector;
    this.#term = term;
    this.#state = state;
    this.#leads = state === 'LEADER';
  }

  /** The answer that `voter` would give to what was asked last. */
  answerOf(voter: string): Message | undefined {
    const asked = this.#asked;
    const from = parseNodeId(voter);
    const incarnation = voter === 'b' ? 1002 : 1003;
    if (asked?.kind === 'heartbeat') {
      return { kind: 'heartbeatResponse', term: asked.term, voter: from, round: asked.round, incarnation, priority: 1 };
    }
    if (asked?.kind !== 'voteRequest' && asked?.kind !== 'preVoteRequest') return undefined;
    const { term: of, round: in_ } = asked;
    const preVote = asked.kind === 'preVoteRequest';
    return {
      kind: 'voteResponse',
      preVote,
      term: of,
      granted: true,
      standsBy: false,
      voter: from,
      incarnation,
      round: in_,
      retryAfterMs: 0,
    };
  }

  check(effects: readonly Effect[]): { readonly persists: boolean } {
    const { elector } = this.subject;
    this.#checkOrder(effects);
    for (const effect of effects) {
      if (effect.kind === 'stateChange') {
        happened.add(`${effect.to} ${effect.reason}`);
        expect(effect.from, 'changes have no gaps').toBe(this.#state);
        expect(effect.to, 'changes change').not.toBe(effect.from);
        this.#state = effect.to;
        if (effect.to === 'LEADER' || effect.from === 'LEADER') {
          expect(effect.to === 'LEADER', 'gain and loss alternate').toBe(!this.#leads);
          this.#leads = effect.to === 'LEADER';
        }
      }
      if (effect.kind === 'broadcast') this.#asked = effect.message;
      if (effect.kind === 'persist') expect(effect.term).toBe(elector.term);
    }
    expect(elector.term, 'terms never run backwards').toBeGreaterThanOrEqual(this.#term);
    this.#term = elector.term;
    expect(elector.state).toBe(this.#state);
    expect(elector.isLeader(this.subject.instant) && !this.#leads, 'leads without having said so').toBe(false);
    return { persists: effects.some(({ kind }) => kind === 'persist') };
  }

  #checkOrder(effects: readonly Effect[]): void {
    const owed = effects.map(placeInOrder);
    expect(owed, 'the owed order').toEqual([...owed].sort((one, other) => one - other));
    const gains = effects.some((effect) => effect.kind === 'stateChange' && effect.to === 'LEADER');
    const persists = effects.filter(({ kind }) => kind === 'persist').length;
    expect(persists, 'one write at most, and none with a gain').toBeLessThanOrEqual(gains ? 0 : 1);
    expect(effects.filter(({ kind }) => kind === 'stateChange').length).toBeLessThanOrEqual(1);
  }
}

function placeInOrder(effect: Effect): number {
  switch (effect.kind) {
    case 'stateChange':
      return effect.from === 'LEADER' ? 0 : 4;
    case 'report':
      return 1;
    case 'persist':
      return 2;
    case 'broadcast':
    case 'send':
      return 3;
    case 'leaderChange':
      return 5;
  }
}

/** Takes one step at the subject's present time; the time of the next. */
function take(
  books: Books,
  nowMs: number,
  next: Step,
): { readonly effects: readonly Effect[]; readonly nowMs: number } {
  const { subject } = books;
  const { term } = subject.elector;
  switch (next.what) {
    case 'message':
      return { effects: subject.hears(next.message, { grantVote: next.grantVote }), nowMs };
    case 'answer': {
      const answer = books.answerOf(next.voter);
      return { effects: answer === undefined ? [] : subject.hears(answer), nowMs };
    }
    case 'leader':
      return { effects: subject.hears(heartbeat({ term, leader: 'b', round: next.round })), nowMs };
    case 'leader asks':
      return { effects: subject.hears(timeoutNow({ term, leader: 'b' })), nowMs };
    case 'twin':
      return { effects: subject.hears(wordToOwnId({ term, speaker: 2001, heard: 1001 })), nowMs };
    case 'next deadline': {
      const at = Math.max(nowMs, Math.min(subject.nextDeadlineMs, nowMs + 10_000));
      return { effects: subject.at(at).wakes(), nowMs: at };
    }
    case 'wait':
      subject.at(nowMs + next.forMs);
      return { effects: [], nowMs: nowMs + next.forMs };
    case 'suspend':
      subject.suspended(next.forMs);
      return { effects: [], nowMs };
    case 'campaign':
      return { effects: subject.campaigns(), nowMs };
    case 'stepDown':
      return { effects: subject.stepsDown(), nowMs };
    case 'fit':
    case 'unfit':
      return { effects: subject.becomes({ fit: next.what === 'fit' }), nowMs };
    case 'transfer':
      return { effects: subject.transfers(next.to), nowMs };
  }
}

describe.each(NODES)('%s', (_name, make) => {
  test('never throws, keeps terms, order and alternation, and never wakes itself for ever at one instant', () => {
    fc.assert(
      fc.property(moves, fc.double({ min: 0, max: 0.999, noNaN: true }), (given, draw) => {
        const subject = make(draw);
        const books = new Books(subject);
        let { nowMs } = subject.instant;
        if (nowMs === 0) books.check(subject.start());
        for (const [next, writeFails] of given) {
          const { effects, nowMs: later } = take(books, nowMs, next);
          nowMs = later;
          if (books.check(effects).persists && writeFails) books.check(subject.persistFails());
          // What is due now is soon done: after few inputs nothing is due any more.
          let wakes = 0;
          for (; subject.nextDeadlineMs <= nowMs; wakes++) {
            expect(wakes, 'endless deadlines at one instant').toBeLessThan(5);
            books.check(subject.wakes());
          }
        }
        books.check(subject.closes());
        expect(subject.nextDeadlineMs).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

/** Looks at the list of voters, and at everything else, for every message. */
class WithoutShortcut extends Elector {
  protected override wasAccepted(): boolean {
    return false;
  }
}

describe.each([
  ['a voter', (options: SubjectOptions) => new Subject(options)],
  ['an observer', (options: SubjectOptions) => new Subject({ ...options, id: 'o', observer: true })],
  ['a leader', leader],
  ['a follower', follower],
] as const)('%s of three', (_name, make) => {
  test('accepts whom it accepted before as it would with a look at the list', () => {
    fc.assert(
      fc.property(moves, (given) => {
        const ours = new Books(make({}));
        const theirs = new Books(make({ make: (start) => new WithoutShortcut(start) }));
        let { nowMs } = ours.subject.instant;
        if (nowMs === 0) expect(ours.subject.start()).toEqual(theirs.subject.start());
        for (const [next] of given) {
          const { effects, nowMs: laterMs } = take(ours, nowMs, next);
          expect(effects).toEqual(take(theirs, nowMs, next).effects);
          expect(ours.subject.nextDeadlineMs).toBe(theirs.subject.nextDeadlineMs);
          for (const books of [ours, theirs]) books.check(effects);
          nowMs = laterMs;
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

test('none of that was idle', () => {
  expect([...happened]).toEqual(
    expect.arrayContaining([
      'LEADER won',
      'FOLLOWER leaseExpired',
      'FOLLOWER steppedDown',
      'FOLLOWER unfit',
      'FOLLOWER newerTerm',
      'FOLLOWER secondLeader',
      'FOLLOWER duplicateId',
      'FOLLOWER tooManyVoters',
      'FOLLOWER persistFailed',
      'CANDIDATE asked',
    ]),
  );
});

describe('a flood of hostile ids', () => {
  /** Shows how much a leader and a candidate remember. */
  class Remembering extends Elector {
    get remembered(): number {
      return (this.leadership?.peers.length ?? 0) + (this.candidacy?.tally.grants ?? 0);
    }
  }
  const MANY = 5_000;
  const options = { cluster: { name: 'test', size: 3 }, make: (start: ElectorStart) => new Remembering(start) };

  function remembers(subject: Subject): number {
    return subject.elector instanceof Remembering ? subject.elector.remembered : Number.NaN;
  }

  test('grows no memory of a leader', () => {
    const chief = leader(options);
    // One at a time, each silent before the next: no crowd, so it leads on.
    for (let one = 0; one < MANY; one++) {
      chief.hears(heartbeatResponse({ term: 5, voter: `x${one}`, round: 1, incarnation: 7 }));
      if (chief.elector.state !== 'LEADER') break;
    }
    expect(remembers(chief)).toBeLessThanOrEqual(2 * 3 + 9);
  });

  test('grows no memory of a pre-candidate, and no report', () => {
    const asker = preCandidate(options);
    const texts: string[] = [];
    for (let one = 0; one < MANY; one++) {
      const voter = `x${one}`.padEnd(128, 'x');
      const effects = asker.hears(preVoteGrant({ term: 5, voter, round: 1, incarnation: 7 }));
      for (const effect of effects) if (effect.kind === 'report') texts.push(effect.text);
    }
    expect(remembers(asker)).toBeLessThanOrEqual(3);
    expect(texts.map((text) => text.length < 16 * 140)).toEqual([true]);
  });
});
