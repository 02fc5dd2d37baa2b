/** Which class of src is replaced, and by which: modules from the project's root on, without their endings. */
interface ClassAt {
  readonly module: string;
  readonly className: string;
}

/** A class of src with one duty left undone, and what simulated worlds make of it. */
export interface Bug {
  readonly name: string;
  /** The rule that it breaks. */
  readonly rule: string;
  readonly replaces: ClassAt;
  /** A subclass of it. */
  readonly by: ClassAt;
  /** The invariants of which one catches it. */
  readonly breaks: readonly string[];
  /** It is caught within so many seeds from 1 on. */
  readonly withinSeeds: number;
}

type Caught = Pick<Bug, 'breaks' | 'withinSeeds'>;

/** An elector of test/core/twins/without.ts. */
function elector(className: string, name: string, rule: string, caught: Caught): Bug {
  const replaces = { module: 'src/core/elector', className: 'Elector' };
  return { name, rule, replaces, by: { module: 'test/core/twins/without', className }, ...caught };
}

/** A part of a node, of nodes.ts. */
function part(replaces: ClassAt, className: string, name: string, rule: string, caught: Caught): Bug {
  return { name, rule, replaces, by: { module: 'test/simulation/bugs/nodes', className }, ...caught };
}

const LOOP: ClassAt = { module: 'src/node/loop', className: 'Loop' };
const VIEW: ClassAt = { module: 'src/node/view', className: 'View' };

/** The deliberate bugs, each of which the worlds of the first seeds must catch. They are in no code that ships. */
export const BUGS: readonly Bug[] = [
  elector('WithVoteForgottenOnRestart', 'vote forgotten on restart', '1', { breaks: [], withinSeeds: 0 }),
  elector('WithVoteClearedByHeartbeat', 'vote cleared by a same-term heartbeat', '1', { breaks: [], withinSeeds: 0 }),
  elector('WithTermsComparedLoosely', 'terms compared with >=', '1', { breaks: [], withinSeeds: 0 }),
  elector('WithSendsBeforePersist', 'sent before the write', '1', { breaks: [], withinSeeds: 0 }),
  elector('WithResponsesCounted', 'duplicate responses counted', '2', { breaks: [], withinSeeds: 0 }),
  elector('WithoutSeeingCrowds', 'more voters than the size not seen', '3', { breaks: [], withinSeeds: 0 }),
  elector('WithOldAnswersCounted', 'answers to old rounds counted', '6', { breaks: [], withinSeeds: 0 }),
  elector('WithoutLearningFromRefusals', 'asker that is behind does not learn', '6', { breaks: [], withinSeeds: 0 }),
  elector('WithoutStickiness', 'no stickiness', '7', { breaks: [], withinSeeds: 0 }),
  elector('WithStickinessThatTakesTerms', 'stickiness that takes over the term', '7', { breaks: [], withinSeeds: 0 }),
  elector('WithStickinessOfOneTerm', 'stickiness forgotten at a new term', '7', { breaks: [], withinSeeds: 0 }),
  elector('WithoutStartWait', 'no wait after restart', '7', { breaks: [], withinSeeds: 0 }),
  elector('WithoutNewLogWait', 'no longer wait with a new log', '7', { breaks: [], withinSeeds: 0 }),
  elector('WithLeaseFromReceipt', 'lease from receipt instead of send', '8', { breaks: [], withinSeeds: 0 }),
  elector('WithStaleRoundsCounted', 'stale round answered as new', '8', { breaks: [], withinSeeds: 0 }),
  elector('WithLeaseThatTrustsClocks', 'lease without the drift margin', '8', { breaks: [], withinSeeds: 0 }),
  elector('WithoutWallClock', 'wall time does not end a lease', '8', { breaks: [], withinSeeds: 0 }),
  elector('WithoutLease', 'a won vote is a lease for ever', '8', { breaks: [], withinSeeds: 0 }),
  elector('WithLeaseDuringTransfer', 'lease kept during transfer', '9', { breaks: [], withinSeeds: 0 }),
  elector('WithLeaseResumed', 'lease resumed after TimeoutNow', '9', { breaks: [], withinSeeds: 0 }),
  elector('WithTransferFlagKept', 'transfer flag kept for the next campaign', '9', { breaks: [], withinSeeds: 0 }),
  elector('WithRoundInNews', 'news of a newer term counted as an answer', '11', { breaks: [], withinSeeds: 0 }),
  elector('WithoutTellingStaleLeaders', 'stale leaders are not told', '11', { breaks: [], withinSeeds: 0 }),
  elector('WithSecondLeaderIgnored', 'second leader of a term followed', '14', { breaks: [], withinSeeds: 0 }),
  part(LOOP, 'LoopThatDoesNotWait', 'write not waited for', '1', { breaks: [], withinSeeds: 0 }),
  part(LOOP, 'LoopThatIgnoresFailedWrites', 'failed write taken for done', '1', { breaks: [], withinSeeds: 0 }),
  part(LOOP, 'LoopThatLetsNoInputIn', 'timer acts before pending input', '5', { breaks: [], withinSeeds: 0 }),
  part(VIEW, 'ViewByTheLastEvent', 'lease read from the last event', '8', { breaks: [], withinSeeds: 0 }),
];
