import { heartbeat, heartbeatResponse } from '../../core/electors.js';
import type { HandMadeCase, HandMadeWorld } from './hand-made-world.js';

const surplus = ['n0', 'n1', 'n2'].map((id) => ({ id, observer: false, priority: 1, rate: 1, position: 0 }));
const CROWD = { cluster: { name: 'crowd', size: 2 }, machines: surplus, harm: 'crowd' } as const;
const FREEZE = { kind: 'freeze', forMs: Number.POSITIVE_INFINITY } as const;
const STORM = {
  kind: 'storm',
  network: { delayMs: [0, 8_000], loss: 0, repeat: 0, reorder: true },
  forMs: 5_000,
} as const;

/** n0 leads term 3 from 0, and n1 answers each heartbeat until `untilMs`. */
function steady(world: HandMadeWorld, untilMs: number): HandMadeWorld {
  world.beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).shows('n1', { term: 3 }).gains('n0', 3);
  for (let ms = 100, round = 2; ms <= untilMs; ms += 100, round += 1) {
    world.at(ms).beats('n0', 'n1', 3, round).answers('n1', 'n0', 3, round).steps();
  }
  return world;
}

/** There is a leader, what is said is bounded, and it stays that way. */
export const AVAILABILITY: readonly HandMadeCase[] = [
  {
    invariant: 'nobody leads a crowd',
    harm: 'three voters of a cluster of two are alive, and one leads',
    plan: CROWD,
    bad: (world) => {
      world.quietSinceMs = 100;
      world.at(500).happens('started', 'n2').at(3400).gains('n0', 3).at(5401).steps();
    },
    says: /^n0 leads at 5401\.0 ms, and 3 voters are alive where the size is 2$/,
    good: (world) => {
      world.quietSinceMs = 100;
      world.at(500).happens('started', 'n2').shows('n2', { condition: 'down' }).at(5401).gains('n0', 3);
    },
  },
  {
    invariant: 'no leader change without cause',
    harm: 'a lease runs out that a quorum goes on answering',
    bad: (world) => steady(world, 1000).at(1020).loses('n0', 3),
    says: /^n0 loses term 3 at 1020\.0 ms \(leaseExpired\), and a quorum's answers last until 1452\.4 ms$/,
    good: (world) => {
      // Set forward, its wall clock has ended the lease; the answer that comes then revives nothing.
      steady(world, 1000).at(1050).tells({ kind: 'wallClockSet', by: 'n0', ms: 300 });
      world.at(1100).sends('n0', 'n1', heartbeat({ leader: 'n0', term: 3, round: 12 }));
      world.at(1250).answers('n1', 'n0', 3, 12).loses('n0', 3);
    },
  },
  {
    invariant: 'no leader change without cause',
    harm: 'a lease runs out, and every answer came from one and the same process',
    bad: (world) => steady(world, 1000).at(1360).loses('n0', 3),
    says: /^n0 loses term 3 at 1360\.0 ms \(leaseExpired\), and a quorum's answers last until 1452\.4 ms$/,
    good: (world) => {
      // Seed 465628: a word of the former n1 comes late, so that it may be n1 now; what the other one answers to heartbeats
      // that had left before may be the late word.
      steady(world, 900).at(1000).beats('n0', 'n1', 3, 11);
      const answer = heartbeatResponse({ voter: 'n1', term: 3, round: 11, incarnation: 77 });
      world.at(1010).carries('n1', 'n0', answer).at(1360).loses('n0', 3);
    },
  },
  {
    invariant: 'no leader change without cause',
    harm: 'a newer term begins while a quorum stands by the leader, and dethrones it',
    bad: (world) =>
      steady(world, 1000).at(1010).shows('n2', { term: 4 }).at(1020).loses('n0', 3, { reason: 'newerTerm', now: 4 }),
    says: /^n0 loses term 3 at 1020\.0 ms \(newerTerm\), and a quorum answers it steadily since 200\.0 ms; term 4 began at 1010\.0 ms$/,
    good: (world) => {
      // Somebody stood for term 4 before, and was cut off.
      world.shows('n2', { term: 4 });
      steady(world, 1000).at(1020).loses('n0', 3, { reason: 'newerTerm', now: 4 });
    },
  },
  {
    invariant: 'no leader change without cause',
    harm: 'a leader that nobody has asked to is crowded out of a cluster that is no crowd',
    bad: (world) => steady(world, 1000).at(1020).loses('n0', 3, { reason: 'tooManyVoters' }),
    says: /\(tooManyVoters\)/,
    good: (world) => steady(world, 1000).at(1020).loses('n0', 3, { reason: 'steppedDown' }),
  },
  {
    invariant: 'no leader change without cause',
    harm: 'a leader is dethroned although its only other voter has answered without a pause',
    bad: (world) => {
      steady(world, 2000).shows('n2', { term: 4 }).loses('n0', 3, { reason: 'newerTerm', now: 4 });
    },
    says: /\(newerTerm\)/,
    good: (world) => {
      // n1 was stopped for a while: what it gave meanwhile nobody knows.
      steady(world, 1000).happens('stopped', 'n1').at(1300).happens('resumed', 'n1').shows('n2', { term: 4 });
      world.beats('n0', 'n1', 3, 99).answers('n1', 'n0', 3, 99).loses('n0', 3, { reason: 'newerTerm', now: 4 });
    },
  },
  {
    invariant: 'leader heard, no election',
    harm: 'a process that stood still looks at its timer before it reads what lies ready',
    bad: (world) => {
      world
        .beats('n0', 'n1', 3, 1)
        .happens('stopped', 'n1')
        .at(800)
        .beats('n0', 'n1', 3, 9)
        .at(900)
        .happens('resumed', 'n1');
      world.changes('n1', { to: 'PRE_CANDIDATE', term: 3, reason: 'electionTimeout' });
    },
    says: /^n1 shows PRE_CANDIDATE at 900\.0 ms, and was sent a heartbeat of term 3 at 800\.0 ms$/,
    good: (world) => {
      // Said twice, it says nothing new; and a stale leader is none.
      world.beats('n0', 'n1', 3, 1).at(400).beats('n0', 'n1', 3, 1).beats('n2', 'n1', 2, 70).at(500);
      world.changes('n1', { to: 'PRE_CANDIDATE', term: 3, reason: 'electionTimeout' });
    },
  },
  {
    invariant: 'a leader after healing',
    harm: 'nobody leads five elections after the last fault',
    bad: (world) => {
      world.quietSinceMs = 1000;
      world.at(6031).steps();
    },
    says: /^nobody is known to all as the leader at 6031\.0 ms, 5031\.0 ms after the last fault$/,
    good: (world) => {
      world.quietSinceMs = 1000;
      world.at(4000).shows('n1', { leader: 'n0' }).shows('n2', { leader: 'n0' }).gains('n0', 3);
      world.at(6031).tells({ kind: 'end' });
    },
  },
  {
    invariant: 'a leader after healing',
    harm: 'one voter never hears of the leader',
    bad: (world) => {
      world.quietSinceMs = 1000;
      world.shows('n1', { leader: 'n0' }).at(2000).gains('n0', 3).at(6031).steps();
    },
    says: /^nobody is known to all/,
    good: (world) => {
      world.quietSinceMs = 1000;
      // Two of three are down: nobody can be elected.
      world.shows('n1', { condition: 'down' }).shows('n2', { condition: 'down' }).at(6031).steps();
    },
  },
  {
    invariant: 'a leader after healing',
    harm: 'an observer never hears of the leader',
    plan: { machines: [...surplus, { id: 'o0', observer: true, priority: 1, rate: 1, position: 0 }] },
    bad: (world) => {
      world.quietSinceMs = 1000;
      world.shows('n1', { leader: 'n0' }).shows('n2', { leader: 'n0' }).at(2000).gains('n0', 3).at(6031).steps();
    },
    says: /^nobody is known to all/,
    good: (world) => {
      world.quietSinceMs = 1000;
      for (const id of ['n1', 'n2', 'o0']) world.shows(id, { leader: 'n0' });
      world.at(2000).gains('n0', 3).at(6031).steps();
    },
  },
  {
    invariant: 'a leader after healing',
    harm: 'a voter that knows no other leader of the term follows nobody',
    plan: { harm: 'lostDisks' },
    bad: (world) => {
      world.quietSinceMs = 1000;
      world.shows('n1', { term: 3 }).shows('n2', { term: 3, leader: 'n0' }).at(2000).gains('n0', 3).at(6031).steps();
    },
    says: /^nobody is known to all/,
    good: (world) => {
      // Seed 669010: n1 led term 3 itself, before a log was lost.
      world.quietSinceMs = 1000;
      world.shows('n1', { term: 3 }).shows('n2', { term: 3, leader: 'n0' }).at(2000).gains('n0', 3);
      world.tells({ kind: 'error', by: 'n1', code: 'SECOND_LEADER', text: 'n1 and n0 both lead term 3' });
      world.at(6031).steps();
    },
  },
  {
    invariant: 'a leader after healing',
    harm: 'the leader is gone when the world ends',
    bad: (world) => {
      world.quietSinceMs = 0;
      world.at(10).shows('n1', { leader: 'n0' }).shows('n2', { leader: 'n0' }).gains('n0', 3);
      world.at(9000).loses('n0', 3).tells({ kind: 'end' });
    },
    says: /^nobody is known to all .* at 9000\.0 ms/,
    good: (world) => {
      // It had no time to elect anybody.
      world.quietSinceMs = 8000;
      world.at(9000).tells({ kind: 'end' });
    },
  },
  {
    invariant: 'a leader after healing',
    harm: 'the leader is gone soon after all knew it, and the world ends',
    bad: (world) => {
      world.quietSinceMs = 0;
      world.at(10).shows('n1', { leader: 'n0' }).shows('n2', { leader: 'n0' }).gains('n0', 3);
      world.at(300).loses('n0', 3).tells({ kind: 'end' });
    },
    says: /^nobody is known to all .* at 300\.0 ms, 300\.0 ms after the last fault$/,
    good: (world) => {
      world.quietSinceMs = 0;
      world.at(10).shows('n1', { leader: 'n0' }).shows('n2', { leader: 'n0' }).gains('n0', 3);
      // It hands over, and its heir is known to all before the end.
      world.at(300).loses('n0', 3, { reason: 'steppedDown' });
      world.shows('n0', { leader: 'n1' }).shows('n2', { leader: 'n1' }).at(400).gains('n1', 4);
      world.tells({ kind: 'end' });
    },
  },
  {
    invariant: 'a leader after healing',
    harm: 'all know a leader after healing, and it is gone at the end while a quorum runs',
    bad: (world) => {
      world.quietSinceMs = 0;
      world.at(10).shows('n1', { leader: 'n0' }).shows('n2', { leader: 'n0' }).gains('n0', 3);
      world.at(300).loses('n0', 3).shows('n2', { condition: 'down' }).tells({ kind: 'end' });
    },
    says: /^nobody is known to all/,
    good: (world) => {
      world.quietSinceMs = 0;
      world.at(10).shows('n1', { leader: 'n0' }).shows('n2', { leader: 'n0' }).gains('n0', 3);
      // All were closed in good order.
      world.at(300).loses('n0', 3, { reason: 'closed' });
      for (const id of ['n0', 'n1', 'n2']) world.shows(id, { condition: 'down' });
      world.tells({ kind: 'end' });
    },
  },
  {
    invariant: 'memory is bounded',
    harm: 'more frames are under way than nodes have anything to say',
    bad: (world) => {
      world.inFlight = 200;
      world.at(3).steps();
    },
    says: /^200 frames are under way at 3\.0 ms, and at most 149 should be$/,
    good: (world) => {
      world.inFlight = 148;
      world.pendingTimers = 150;
      world.steps();
    },
  },
  {
    invariant: 'memory is bounded',
    harm: 'timers are left behind',
    bad: (world) => {
      world.pendingTimers = 214;
      world.at(3).steps();
    },
    says: /^214 timers wait at 3\.0 ms, and at most 213 should$/,
    good: (world) => {
      world.pendingTimers = 612;
      world.serviceTimers = 400;
      world.steps();
    },
  },
  {
    invariant: 'memory is bounded',
    harm: 'more frames are under way than a frozen broker can have kept',
    bad: (world) => {
      world.tells({ kind: 'fault', text: 'freeze', begins: FREEZE }).at(1000).inFlight = 4950;
      world.steps();
    },
    says: /^4950 frames are under way at 1000\.0 ms, and at most 4949 should be$/,
    good: (world) => {
      world.tells({ kind: 'fault', text: 'freeze', begins: FREEZE }).at(1000);
      world.tells({ kind: 'fault', text: 'over', ends: FREEZE }).at(9000).inFlight = 4949;
      world.steps();
    },
  },
  {
    invariant: 'memory is bounded',
    harm: 'more frames are under way than are said while the slowest of a storm travels',
    bad: (world) => {
      world.tells({ kind: 'fault', text: 'storm', begins: STORM }).at(9000).inFlight = 38_545;
      world.steps();
    },
    says: /^38545 frames are under way at 9000\.0 ms, and at most 38544 should be$/,
    good: (world) => {
      world.tells({ kind: 'fault', text: 'storm', begins: STORM }).at(9000).inFlight = 38_544;
      world.steps();
    },
  },
];
