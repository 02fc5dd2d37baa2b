/**
 * Rule 15, "nor grow its memory without bound": what an elector holds, private fields included, is as much after a thousand
 * restarts of its peers, terms and ids that somebody made up as after a hundred.
 */
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effects.js';
import type { Message } from '../../src/core/messages.js';
import {
  heartbeat,
  heartbeatResponse,
  type MakeElector,
  preVoteGrant,
  preVoteRequest,
  Subject,
  type SubjectOptions,
  timeoutNow,
  voteGrant,
  voteRequest,
} from '../core/electors.js';
import { graphSize } from './graph-size.js';
import { Elector } from './opened-model.js';

const ROUNDS = 1_000;
/** Lists that are bounded are full long before. */
const SETTLED = 100;
/** How many rounds are looked at, before {@link SETTLED} and at the end. */
const SPAN = 30;
/** Longer than any election. */
const ROUND_MS = 3_000;

const CLUSTERS: Readonly<Record<string, SubjectOptions>> = {
  'its voters listed': {},
  'the size of its cluster known': { cluster: { name: 'test', size: 3 } },
  'without pre-vote': { preVote: false },
  'in interop mode': { cluster: { name: 'test', size: 3 }, interop: true },
};

/** What b, whose process is new every round, answers; nothing to what is no question to it. */
function answerOf(said: Message, incarnation: number): Message | undefined {
  switch (said.kind) {
    case 'preVoteRequest':
      return preVoteGrant({ term: said.term, voter: 'b', round: said.round, incarnation });
    case 'voteRequest':
      return voteGrant({ term: said.term, voter: 'b', round: said.round, incarnation });
    case 'heartbeat':
      return heartbeatResponse({ term: said.term, voter: 'b', round: said.round, incarnation });
    default:
      return undefined;
  }
}

/** What somebody says who makes up an id for it. */
function inventions(term: number, id: string, incarnation: number): readonly Message[] {
  return [
    heartbeat({ term, leader: id, round: incarnation, heir: `${id}-heir`, incarnation }),
    heartbeatResponse({ term, voter: id, round: 1, incarnation }),
    preVoteRequest({ term: term + 1, candidate: id, incarnation }),
    voteRequest({ term, candidate: id, incarnation }),
    preVoteGrant({ term: term + 1, voter: id, round: incarnation, incarnation }),
    voteGrant({ term, voter: id, round: incarnation, incarnation }),
    timeoutNow({ term, leader: id }),
  ];
}

class LongLife {
  readonly #subject: Subject;
  #reigns = 0;
  #most = 0;

  constructor(options: SubjectOptions, make: MakeElector) {
    this.#subject = new Subject({ ...options, make });
    this.#subject.start();
  }

  get reigns(): number {
    return this.#reigns;
  }

  /** Lives through rounds, and says how much was held at the most, looking after each thing that happened in the last ones. */
  live(from: number, to: number): number {
    this.#most = 0;
    for (let number = from; number < to; number++) this.#round(number, to - number <= SPAN);
    return this.#most;
  }

  #round(number: number, isLookedAt: boolean): void {
    const subject = this.#subject;
    const look = (): void => {
      if (isLookedAt) this.#most = Math.max(this.#most, graphSize(subject.elector));
    };
    const incarnation = 10_000 + number;
    const beginsMs = number * ROUND_MS;
    this.#pass(beginsMs + ROUND_MS / 2, incarnation, look);
    const id = `x${String(number).padStart(6, '0')}`;
    for (const message of inventions(subject.elector.term, id, incarnation)) {
      subject.hears(message);
      look();
    }
    subject.isToldGone(id);
    if (number % 3 === 0) subject.transfers();
    if (number % 3 === 1) subject.stepsDown();
    // c comes back from elsewhere with a newer term, and leads it for a moment.
    subject.hears(heartbeat({ term: subject.elector.term + 1, leader: 'c', round: 1, incarnation }));
    look();
    this.#pass(beginsMs + ROUND_MS, incarnation, look);
  }

  #pass(untilMs: number, incarnation: number, look: () => void): void {
    const subject = this.#subject;
    while (subject.nextDeadlineMs <= untilMs) {
      let effects: readonly Effect[] = subject.at(subject.nextDeadlineMs).wakes();
      for (let turn = 0; turn < 4; turn++) {
        if (effects.some((effect) => effect.kind === 'stateChange' && effect.to === 'LEADER')) this.#reigns += 1;
        effects = effects.flatMap((effect) => {
          const answer = effect.kind === 'broadcast' ? answerOf(effect.message, incarnation) : undefined;
          return answer === undefined ? [] : subject.hears(answer);
        });
      }
      look();
    }
    subject.at(untilMs);
  }
}

/** The most that is held in some rounds soon, and in as many rounds late. */
function growth(options: SubjectOptions, make: MakeElector): { early: number; late: number; reigns: number } {
  const life = new LongLife(options, make);
  const early = life.live(0, SETTLED);
  const late = life.live(SETTLED, ROUNDS);
  return { early, late, reigns: life.reigns };
}

/** Rule 15 undone: remembers every process that it ever heard of. */
class WithEveryProcessKept extends Elector {
  readonly processes = new Map<number, string>();

  override handle(input: Parameters<InstanceType<typeof Elector>['handle']>[0]) {
    if (input.kind === 'message' && input.message.kind === 'heartbeatResponse') {
      this.processes.set(input.message.incarnation, input.message.voter);
    }
    return super.handle(input);
  }
}

describe.each(Object.entries(CLUSTERS))('an elector, %s,', (_name, options) => {
  test('holds no more late than early, and leads now and then', () => {
    const { early, late, reigns } = growth(options, (start) => new Elector(start));
    expect(early).toBeGreaterThan(50);
    expect(late).toBeLessThanOrEqual(early);
    expect(reigns).toBeGreaterThan(100);
  });
});

test('one that keeps each process that it hears of is seen to grow', () => {
  const { early, late } = growth({}, (start) => new WithEveryProcessKept(start));
  expect(late).toBeGreaterThan(2 * early);
});
