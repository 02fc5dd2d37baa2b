import { Ballot, type Recovered } from '../../src/core/ballot.js';
import type { Outcome } from '../../src/core/effects.js';
import { Elector } from '../../src/core/elector.js';
import type { Input } from '../../src/core/inputs.js';
import {
  WithLeaseDuringTransfer,
  WithLeaseFromReceipt,
  WithLeaseResumed,
  WithLeaseThatTrustsClocks,
  WithOldAnswersCounted,
  WithoutLearningFromRefusals,
  WithoutStartWait,
  WithoutStickiness,
  WithResponsesCounted,
  WithRoundInNews,
  WithStaleRoundsCounted,
  WithStickinessOfOneTerm,
  WithStickinessThatTakesTerms,
  WithTermsComparedLoosely,
  WithTransferFlagKept,
  WithVoteClearedByHeartbeat,
  WithVoteForgottenOnRestart,
  WithVotesNotStoodBy,
  WithVotesTakenForPromises,
} from '../core/twins/without.js';
import type { MakeElector } from './opened-elector.js';

/** A ballot that waits for its former self for ever. */
class AbandonedBallot extends Ballot {
  override awaitFormerPromises(nowMs: number): number {
    super.awaitFormerPromises(nowMs);
    this.waitUntilMs = Number.POSITIVE_INFINITY;
    return this.waitUntilMs;
  }
}

/** Rule 7: the wait of a voter that restarts never ends. */
class WithEndlessWaitAfterRestart extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    const { timings } = this.settings;
    return this.incarnation > 1 ? new AbandonedBallot(timings, recovered) : new Ballot(timings, recovered);
  }
}

/** Rule 6: a term's pre-vote is asked once and never again. */
class WithPreVoteAskedOnce extends Elector {
  protected askedTerm = 0;

  override handle(input: Input): Outcome {
    const { effects, nextDeadlineMs } = super.handle(input);
    const heard = effects.filter(
      (effect) =>
        effect.kind !== 'broadcast' || effect.message.kind !== 'preVoteRequest' || effect.message.term > this.askedTerm,
    );
    for (const effect of heard) {
      if (effect.kind === 'broadcast' && effect.message.kind === 'preVoteRequest') this.askedTerm = effect.message.term;
    }
    return { effects: heard, nextDeadlineMs };
  }
}

/** An elector with one rule taken away, and the configuration whose exploration shows the harm. */
export interface Bug {
  readonly name: string;
  readonly rule: number;
  readonly make: MakeElector;
  readonly configuration: string;
}

/** The deliberate bugs, each of which the model must find. */
export const BUGS: readonly Bug[] = [
  {
    name: 'vote forgotten on restart',
    rule: 1,
    make: (start) => new WithVoteForgottenOnRestart(start),
    configuration: 'restarts',
  },
  {
    name: 'vote cleared by a same-term heartbeat',
    rule: 1,
    make: (start) => new WithVoteClearedByHeartbeat(start),
    configuration: 'votes',
  },
  {
    name: 'terms compared with >=',
    rule: 1,
    make: (start) => new WithTermsComparedLoosely(start),
    configuration: 'votes',
  },
  {
    name: 'duplicate responses counted',
    rule: 2,
    make: (start) => new WithResponsesCounted(start),
    configuration: 'four-voters',
  },
  {
    name: 'answers to old rounds counted',
    rule: 6,
    make: (start) => new WithOldAnswersCounted(start),
    configuration: 'pre-votes',
  },
  { name: 'no stickiness', rule: 7, make: (start) => new WithoutStickiness(start), configuration: 'answers' },
  {
    name: 'stickiness that takes over the term',
    rule: 7,
    make: (start) => new WithStickinessThatTakesTerms(start),
    configuration: 'leases',
  },
  {
    name: 'stickiness forgotten at a new term',
    rule: 7,
    make: (start) => new WithStickinessOfOneTerm(start),
    configuration: 'terms-ahead',
  },
  { name: 'no wait after a restart', rule: 7, make: (start) => new WithoutStartWait(start), configuration: 'promises' },
  {
    name: 'lease from receipt instead of send',
    rule: 8,
    make: (start) => new WithLeaseFromReceipt(start),
    configuration: 'answers',
  },
  {
    name: 'votes that promise not stood by',
    rule: 8,
    make: (start) => new WithVotesNotStoodBy(start),
    configuration: 'votes-that-promise',
  },
  {
    name: 'every vote taken for a promise',
    rule: 8,
    make: (start) => new WithVotesTakenForPromises(start),
    configuration: 'delays',
  },
  {
    name: 'stale round answered as new',
    rule: 8,
    make: (start) => new WithStaleRoundsCounted(start),
    configuration: 'answers',
  },
  {
    name: 'lease without the drift margin',
    rule: 8,
    make: (start) => new WithLeaseThatTrustsClocks(start),
    configuration: 'drift',
  },
  {
    name: 'lease kept during transfer',
    rule: 9,
    make: (start) => new WithLeaseDuringTransfer(start),
    configuration: 'transfers',
  },
  {
    name: 'lease resumed after TimeoutNow',
    rule: 9,
    make: (start) => new WithLeaseResumed(start),
    configuration: 'transfers',
  },
  {
    name: 'transfer flag kept for the next campaign',
    rule: 9,
    make: (start) => new WithTransferFlagKept(start),
    configuration: 'after-transfer',
  },
  {
    name: 'news of a newer term counted as an answer',
    rule: 11,
    make: (start) => new WithRoundInNews(start),
    configuration: 'delays',
  },
  {
    name: 'wait after a restart that never ends',
    rule: 7,
    make: (start) => new WithEndlessWaitAfterRestart(start),
    configuration: 'return',
  },
  {
    name: 'pre-vote asked once',
    rule: 6,
    make: (start) => new WithPreVoteAskedOnce(start),
    configuration: 'return',
  },
  {
    name: 'refusals that teach no term',
    rule: 6,
    make: (start) => new WithoutLearningFromRefusals(start),
    configuration: 'pre-votes',
  },
];

/** The deliberate bug called `name`. */
export function bugNamed(name: string): Bug {
  const bug = BUGS.find((one) => one.name === name);
  if (bug !== undefined) return bug;
  throw new Error(`there is no deliberate bug ${name}: choose from ${BUGS.map((one) => one.name).join(', ')}`);
}
