import type { Invariant } from '../invariant.js';
import type { Plan } from '../plan.js';
import { ALeaderAfterHealing } from './a-leader-after-healing.js';
import { AnswersAreAskedFor } from './answers-are-asked-for.js';
import { DurableBeforeShown } from './durable-before-shown.js';
import { GainedThenLost } from './gained-then-lost.js';
import { groundRulesOf } from './ground-rules.js';
import { LeaderHeardNoElection } from './leader-heard-no-election.js';
import { LeaseWasGranted } from './lease-was-granted.js';
import { LeasesNeverOverlap } from './leases-never-overlap.js';
import { MemoryIsBounded } from './memory-is-bounded.js';
import { NoChangeWithoutCause } from './no-change-without-cause.js';
import { NoLeaseWhileHandingOver } from './no-lease-while-handing-over.js';
import { NobodyLeadsACrowd } from './nobody-leads-a-crowd.js';
import { NothingImpossibleReported } from './nothing-impossible-reported.js';
import { ObserversAreSilent } from './observers-are-silent.js';
import { OneLeaderATerm } from './one-leader-a-term.js';
import { OneVoteATerm } from './one-vote-a-term.js';
import { PromisesAreKept } from './promises-are-kept.js';
import { TermsGrowSlowly } from './terms-grow-slowly.js';
import { TermsNeverGoBack } from './terms-never-go-back.js';
import { TokensRise } from './tokens-rise.js';
import { TransfersAreAskedFor } from './transfers-are-asked-for.js';
import { VotesAreASet } from './votes-are-a-set.js';
import { WitnessesNeverStand } from './witnesses-never-stand.js';

/** Every invariant, new, for one world of that plan; those first whose failure says most. */
export function everyInvariant(plan: Plan): readonly Invariant[] {
  const rules = groundRulesOf(plan);
  return [
    new LeasesNeverOverlap(),
    new OneLeaderATerm(),
    new OneVoteATerm(),
    new TermsNeverGoBack(),
    new TokensRise(),
    new LeaseWasGranted(rules),
    new NoLeaseWhileHandingOver(),
    new DurableBeforeShown(),
    new VotesAreASet(rules),
    new PromisesAreKept(rules),
    new AnswersAreAskedFor(),
    new TransfersAreAskedFor(),
    new TermsGrowSlowly(rules),
    new GainedThenLost(),
    new NobodyLeadsACrowd(rules),
    new ObserversAreSilent(),
    new WitnessesNeverStand(rules),
    new NothingImpossibleReported(rules),
    new NoChangeWithoutCause(rules),
    new LeaderHeardNoElection(rules),
    new ALeaderAfterHealing(rules, plan),
    new MemoryIsBounded(plan),
  ];
}

/** The invariants that a world of that plan has to keep. */
export function allInvariants(plan: Plan): readonly Invariant[] {
  return everyInvariant(plan).filter((invariant) => invariant.holdsIn?.(plan) ?? true);
}
