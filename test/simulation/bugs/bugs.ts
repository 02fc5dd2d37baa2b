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
  /** The invariants of which one catches it; the one that does at {@link firstSeed} is the first. */
  readonly breaks: readonly [string, ...string[]];
  /** The first seed whose world catches it: tests ask for this one alone, `npm run simulate -- --bugs` looks for it anew. */
  readonly firstSeed: number;
  /** It is caught within so many seeds from 1 on. */
  readonly withinSeeds: number;
}

type Caught = Pick<Bug, 'breaks' | 'firstSeed' | 'withinSeeds'>;

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
  elector('WithVoteForgottenOnRestart', 'vote forgotten on restart', '1', {
    breaks: ['one vote a term'],
    firstSeed: 41,
    withinSeeds: 500,
  }),
  elector('WithVoteClearedByHeartbeat', 'vote cleared by a same-term heartbeat', '1', {
    breaks: ['one vote a term'],
    firstSeed: 1,
    withinSeeds: 20,
  }),
  elector('WithTermsComparedLoosely', 'terms compared with >=', '1', {
    breaks: ['one vote a term'],
    firstSeed: 2,
    withinSeeds: 20,
  }),
  elector('WithSendsBeforePersist', 'sent before the write', '1', {
    breaks: ['durable before shown'],
    firstSeed: 1,
    withinSeeds: 20,
  }),
  elector('WithResponsesCounted', 'duplicate responses counted', '2', {
    breaks: ['terms grow slowly', 'votes are a set'],
    firstSeed: 2,
    withinSeeds: 100,
  }),
  elector('WithoutSeeingCrowds', 'more voters than the size not seen', '3', {
    breaks: ['nobody leads a crowd'],
    firstSeed: 62,
    withinSeeds: 1000,
  }),
  elector('WithOldAnswersCounted', 'answers to old rounds counted', '6', {
    breaks: ['votes are a set', 'terms grow slowly'],
    firstSeed: 1,
    withinSeeds: 20,
  }),
  elector('WithoutStickiness', 'no stickiness', '7', {
    breaks: ['promises are kept', 'leases never overlap'],
    firstSeed: 3,
    withinSeeds: 50,
  }),
  elector('WithStickinessThatTakesTerms', 'stickiness that takes over the term', '7', {
    breaks: ['promises are kept'],
    firstSeed: 6,
    withinSeeds: 100,
  }),
  elector('WithStickinessOfOneTerm', 'stickiness forgotten at a new term', '7', {
    breaks: ['promises are kept'],
    firstSeed: 228,
    withinSeeds: 3000,
  }),
  elector('WithoutStartWait', 'no wait after restart', '7', {
    breaks: ['promises are kept'],
    firstSeed: 1,
    withinSeeds: 20,
  }),
  elector('WithoutNewLogWait', 'no longer wait with a new log', '7', {
    breaks: ['promises are kept'],
    firstSeed: 16,
    withinSeeds: 200,
  }),
  elector('WithLeaseFromReceipt', 'lease from receipt instead of send', '8', {
    breaks: ['a shown LEADER holds a lease'],
    firstSeed: 19,
    withinSeeds: 300,
  }),
  elector('WithVotesNotStoodBy', 'votes that promise not stood by', '8', {
    breaks: ['promises are kept'],
    firstSeed: 19,
    withinSeeds: 1000,
  }),
  elector('WithVotesTakenForPromises', 'every vote taken for a promise', '8', {
    breaks: ['a shown LEADER holds a lease'],
    firstSeed: 1,
    withinSeeds: 1000,
  }),
  elector('WithStaleRoundsCounted', 'stale round answered as new', '8', {
    breaks: ['a shown LEADER holds a lease'],
    firstSeed: 155,
    withinSeeds: 1000,
  }),
  elector('WithLeaseThatTrustsClocks', 'lease without the drift margin', '8', {
    breaks: ['a shown LEADER holds a lease'],
    firstSeed: 4,
    withinSeeds: 100,
  }),
  elector('WithoutWallClock', 'wall time does not end a lease', '8', {
    breaks: ['a shown LEADER holds a lease', 'leases never overlap'],
    firstSeed: 64,
    withinSeeds: 1000,
  }),
  elector('WithoutLease', 'a won vote is a lease for ever', '8', {
    breaks: ['a shown LEADER holds a lease'],
    firstSeed: 1,
    withinSeeds: 20,
  }),
  elector('WithLeaseDuringTransfer', 'lease kept during transfer', '9', {
    breaks: ['no lease while handing over', 'leases never overlap'],
    firstSeed: 2,
    withinSeeds: 100,
  }),
  elector('WithLeaseResumed', 'lease resumed after TimeoutNow', '9', {
    breaks: ['fencing tokens rise', 'no lease while handing over', 'leases never overlap'],
    firstSeed: 16,
    withinSeeds: 300,
  }),
  elector('WithTransferFlagKept', 'transfer flag kept for the next campaign', '9', {
    breaks: ['transfers are asked for'],
    firstSeed: 73,
    withinSeeds: 1000,
  }),
  elector('WithRoundInNews', 'news of a newer term counted as an answer', '11', {
    breaks: ['answers are asked for', 'a shown LEADER holds a lease'],
    firstSeed: 16,
    withinSeeds: 500,
  }),
  part(LOOP, 'LoopThatDoesNotWait', 'write not waited for', '1', {
    breaks: ['durable before shown'],
    firstSeed: 1,
    withinSeeds: 20,
  }),
  part(LOOP, 'LoopThatIgnoresFailedWrites', 'failed write taken for done', '1', {
    breaks: ['durable before shown'],
    firstSeed: 4,
    withinSeeds: 100,
  }),
  part(LOOP, 'LoopThatLetsNoInputIn', 'timer acts before pending input', '5', {
    breaks: ['leader heard, no election'],
    firstSeed: 138,
    withinSeeds: 1000,
  }),
  part(VIEW, 'ViewByTheLastEvent', 'lease read from the last event', '8', {
    breaks: ['a shown LEADER holds a lease', 'leases never overlap'],
    firstSeed: 4,
    withinSeeds: 200,
  }),
];
