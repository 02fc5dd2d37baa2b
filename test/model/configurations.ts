import type { Bounds, Configuration, PreludeStep } from './configuration.js';

/** The shortest timings that still have every part: a lease of two heartbeats, and answers that come a tick late. */
const TIMINGS = {
  electionTimeoutMinMs: 2,
  electionTimeoutMaxMs: 2,
  heartbeatIntervalMs: 1,
  requestIntervalMs: 2,
  maxClockDrift: 0,
} as const;

/** One term, one heartbeat, nothing goes wrong but the network. */
const LEAST: Bounds = { terms: 1, heartbeats: 1, restarts: 0, transfers: 0, failedWrites: 0 };

/** Three voters, all alike; requests, votes, heartbeats and timers in any order. */
const PLAIN = {
  voters: 3,
  timings: TIMINGS,
  preVote: false,
  lateTimers: true,
  heirs: false,
  hints: false,
  symmetric: true,
  continued: true,
} as const;

/** b votes and never leads (rule 10): every contest is between a and c, which halves what there is to explore. */
const WITNESS = { ...PLAIN, priorities: [1, 0, 1] } as const;

/** Two voters with pre-votes: neither can do without the other, so that a voter that never votes again is missed. */
const RETURNS = {
  ...PLAIN,
  voters: 2,
  preVote: true,
  lateTimers: false,
  continued: false,
  reachability: true,
} as const;

const TICK: PreludeStep = { kind: 'tick' };
const wake = (voter: string): PreludeStep => ({ kind: 'wake', voter });
const deliver = (from: string, to: string, message: string): PreludeStep => ({ kind: 'deliver', from, to, message });

const B_ELECTS_A: readonly PreludeStep[] = [
  wake('a'),
  deliver('a', 'b', 'voteRequest'),
  deliver('b', 'a', 'voteResponse'),
];
/** c stands in term 1 and nobody hears it; a tick later b elects a and promises to stand by it; a has yet to hear so. */
const B_STANDS_BY_A: readonly PreludeStep[] = [
  TICK,
  TICK,
  wake('c'),
  TICK,
  ...B_ELECTS_A,
  deliver('a', 'b', 'heartbeat'),
];
/** The same, a's clock being slow and the others' fast. */
const B_STANDS_BY_SLOW_A: readonly PreludeStep[] = [
  TICK,
  TICK,
  wake('c'),
  TICK,
  TICK,
  ...B_ELECTS_A,
  deliver('a', 'b', 'heartbeat'),
];
/** a leads term 1 by c's answer; b's is on its way. */
const A_LEADS: readonly PreludeStep[] = [
  TICK,
  TICK,
  ...B_ELECTS_A,
  deliver('a', 'b', 'heartbeat'),
  deliver('a', 'c', 'heartbeat'),
  deliver('c', 'a', 'heartbeatResponse'),
];
/** a has handed over to c, which nobody heard in term 2, and is elected in that term itself. */
const C_MISSED_ITS_TURN: readonly PreludeStep[] = [
  ...A_LEADS,
  { kind: 'transfer', voter: 'a', to: 'c' },
  deliver('a', 'c', 'timeoutNow'),
  ...[TICK, TICK, TICK, TICK, TICK],
  ...B_ELECTS_A,
];
/** a was elected in term 1, never got a lease, and is elected again in term 2, with its first heartbeat still on its way. */
const A_IS_ELECTED_AGAIN: readonly PreludeStep[] = [
  TICK,
  TICK,
  ...B_ELECTS_A,
  wake('c'),
  TICK,
  TICK,
  wake('c'),
  wake('a'),
  ...[TICK, TICK, TICK],
  ...B_ELECTS_A,
];
/** b asked c in term 1, which c has yet to hear; a leads term 2 by b's answer; c stands in term 3. */
const C_IS_AHEAD: readonly PreludeStep[] = [
  TICK,
  TICK,
  ...[wake('b'), wake('c'), wake('a')],
  TICK,
  TICK,
  wake('c'),
  TICK,
  TICK,
  wake('c'),
  ...B_ELECTS_A,
  deliver('a', 'b', 'heartbeat'),
  deliver('b', 'a', 'heartbeatResponse'),
];
/** And a hands over to b and votes for it. */
const A_STANDS_BY_B: readonly PreludeStep[] = [
  ...C_IS_AHEAD,
  TICK,
  { kind: 'transfer', voter: 'a', to: 'b' },
  deliver('a', 'b', 'timeoutNow'),
  deliver('b', 'a', 'voteRequest'),
];

/** What CI explores, to the end, every time. */
export const CI_CONFIGURATIONS: readonly Configuration[] = [
  {
    ...PLAIN,
    name: 'votes',
    purpose: 'three equal voters, one term',
    reachability: true,
    bounds: LEAST,
  },
  {
    ...WITNESS,
    name: 'pre-votes',
    purpose: 'one term with pre-votes, timers on time',
    preVote: true,
    lateTimers: false,
    reachability: true,
    bounds: LEAST,
  },
  {
    ...PLAIN,
    name: 'names-and-hints',
    purpose: 'two voters with pre-votes, named heirs and exact hints, random waits of two lengths',
    voters: 2,
    preVote: true,
    draws: [0, 0.5],
    lateTimers: false,
    heirs: true,
    hints: true,
    symmetric: false,
    reachability: true,
    bounds: LEAST,
  },
  {
    ...RETURNS,
    name: 'return',
    purpose: 'two voters with pre-votes, one term, a crash of anyone',
    bounds: { ...LEAST, restarts: 1 },
  },
  {
    ...RETURNS,
    name: 'returns',
    purpose: 'the same, and one leader after another: two terms',
    bounds: { ...LEAST, terms: 2, restarts: 1 },
  },
  {
    ...WITNESS,
    name: 'leases',
    purpose: 'one leader after another: two terms, from the start, timers on time',
    lateTimers: false,
    bounds: { ...LEAST, terms: 2 },
  },
  {
    ...WITNESS,
    name: 'long-lease',
    purpose: 'a lease that is prolonged: two heartbeats',
    reachability: true,
    bounds: { ...LEAST, heartbeats: 2 },
  },
  {
    ...PLAIN,
    name: 'restarts',
    purpose: 'a crash of anyone at any time, disk kept',
    reachability: true,
    bounds: { ...LEAST, restarts: 1 },
  },
  {
    ...WITNESS,
    name: 'answers',
    purpose: 'b has promised to stand by a, and its answer may come late',
    symmetric: false,
    prelude: B_STANDS_BY_A,
    bounds: { ...LEAST, terms: 2, heartbeats: 2, steps: 14 },
  },
  {
    ...WITNESS,
    name: 'promises',
    purpose: 'the same, and anyone may crash and restart',
    symmetric: false,
    prelude: B_STANDS_BY_A,
    bounds: { ...LEAST, terms: 2, restarts: 1, steps: 13 },
  },
  {
    ...WITNESS,
    name: 'transfers',
    purpose: 'a leads and hands over to c',
    symmetric: false,
    prelude: A_LEADS,
    bounds: { ...LEAST, terms: 2, transfers: 1, steps: 16 },
  },
  {
    ...WITNESS,
    name: 'after-transfer',
    purpose: 'a leads again after a handover to c that failed',
    symmetric: false,
    prelude: C_MISSED_ITS_TURN,
    bounds: { ...LEAST, terms: 3, transfers: 1, steps: 14 },
  },
  {
    ...WITNESS,
    name: 'delays',
    purpose: 'a heartbeat arrives in a later term of the same leader',
    symmetric: false,
    prelude: A_IS_ELECTED_AGAIN,
    bounds: { ...LEAST, terms: 3, steps: 14 },
  },
  {
    ...PLAIN,
    name: 'terms-ahead',
    purpose: 'c is a term ahead of a, which leads by the promise of b',
    symmetric: false,
    prelude: C_IS_AHEAD,
    bounds: { ...LEAST, terms: 3, steps: 14 },
  },
  {
    ...PLAIN,
    name: 'votes-that-promise',
    purpose: 'the same, and a has handed over to b and stands by it with its vote, which b has yet to hear',
    symmetric: false,
    prelude: A_STANDS_BY_B,
    bounds: { ...LEAST, terms: 4, transfers: 1, steps: 10 },
  },
  {
    ...WITNESS,
    name: 'drift',
    purpose: 'the leader slow and the voters fast, both by the whole bound of a quarter',
    timings: {
      electionTimeoutMinMs: 10,
      electionTimeoutMaxMs: 10,
      heartbeatIntervalMs: 3,
      requestIntervalMs: 10,
      maxClockDrift: 0.25,
    },
    clockRates: [3, 5, 5],
    symmetric: false,
    prelude: B_STANDS_BY_SLOW_A,
    bounds: { ...LEAST, terms: 2, heartbeats: 2, steps: 14 },
  },
  {
    ...PLAIN,
    name: 'four-voters',
    purpose: 'four voters, one term, timers on time',
    voters: 4,
    lateTimers: false,
    priorities: [1, 1, 0, 0],
    reachability: true,
    bounds: LEAST,
  },
  {
    ...WITNESS,
    name: 'failed-writes',
    purpose: 'a write that fails, the disk holding the old or the new, and a crash',
    lateTimers: false,
    reachability: true,
    bounds: { ...LEAST, restarts: 1, failedWrites: 1 },
  },
];

/** Too large for CI; docs/model-checking.md has their figures. */
export const LARGE_CONFIGURATIONS: readonly Configuration[] = [
  {
    ...PLAIN,
    name: 'large-leases',
    purpose: 'three equal voters, one leader after another: two terms, from the start',
    continued: false,
    bounds: { ...LEAST, terms: 2 },
  },
  {
    ...WITNESS,
    name: 'large-transfers',
    purpose: 'two terms, from the start, and a leader that hands over at any moment',
    continued: false,
    bounds: { ...LEAST, terms: 2, transfers: 1 },
  },
];

/** The configuration called `name`. */
export function configurationNamed(name: string): Configuration {
  const all = [...CI_CONFIGURATIONS, ...LARGE_CONFIGURATIONS];
  const found = all.find((configuration) => configuration.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no configuration ${name}: choose from ${all.map((one) => one.name).join(', ')}`);
}
