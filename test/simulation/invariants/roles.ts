import type { HandMadeCase } from './hand-made-world.js';

const WITH_OBSERVER = {
  machines: [
    ...['n0', 'n1', 'n2'].map((id) => ({ id, observer: false, priority: id === 'n2' ? 0 : 1, rate: 1, position: 0 })),
    { id: 'o0', observer: true, priority: 1, rate: 1, position: 0 },
  ],
};

/** Rules 3, 10, 12 and 14: who may do what, and what a node tells of itself. */
export const ROLES: readonly HandMadeCase[] = [
  {
    invariant: 'gained and lost alternate',
    harm: 'leadership is gained twice running',
    bad: (world) => world.at(2).changes('n0', { to: 'CANDIDATE', term: 3 }).gains('n0', 3).gains('n0', 4),
    says: /^n0 leaves CANDIDATE, and has shown LEADER, at 2\.0 ms$/,
    good: (world) => {
      world.changes('n0', { to: 'CANDIDATE', term: 3 }).gains('n0', 3).loses('n0', 3);
      world
        .changes('n0', { to: 'CANDIDATE', term: 4 })
        .gains('n0', 4)
        .happens('crashed', 'n0')
        .happens('started', 'n0');
      world.changes('n0', { to: 'CANDIDATE', term: 5 });
    },
  },
  {
    invariant: 'gained and lost alternate',
    harm: 'a loss carries another term than the gain',
    bad: (world) => world.changes('n0', { to: 'CANDIDATE', term: 3 }).gains('n0', 3).loses('n0', 4),
    says: /^n0 loses term 4, and leads term 3/,
    good: (world) => world.changes('n0', { to: 'CANDIDATE', term: 3 }).gains('n0', 3).loses('n0', 3, { now: 4 }),
  },
  {
    invariant: 'gained and lost alternate',
    harm: 'a state is left out',
    bad: (world) => world.changes('n0', { to: 'PRE_CANDIDATE', term: 3 }).gains('n0', 4),
    says: /^n0 leaves CANDIDATE, and has shown PRE_CANDIDATE/,
    good: (world) => {
      world
        .changes('n0', { to: 'PRE_CANDIDATE', term: 3 })
        .changes('n0', { from: 'PRE_CANDIDATE', to: 'CANDIDATE', term: 4 });
      world.gains('n0', 4);
    },
  },
  {
    invariant: 'gained and lost alternate',
    harm: 'something is told after CLOSED',
    bad: (world) => world.changes('n0', { to: 'CLOSED', term: 3 }).changes('n0', { to: 'CANDIDATE', term: 4 }),
    says: /^n0 tells of CANDIDATE after CLOSED/,
    good: (world) => {
      world.changes('n0', { to: 'CLOSED', term: 3 }).happens('closed', 'n0').happens('started', 'n0');
      world.changes('n0', { to: 'CANDIDATE', term: 4 });
    },
  },
  {
    invariant: 'gained and lost alternate',
    harm: 'a state is told twice',
    bad: (world) => world.changes('n0', { from: 'FOLLOWER', to: 'FOLLOWER', term: 3 }),
    says: /^n0 tells of FOLLOWER twice running/,
    good: (world) => world.changes('n0', { to: 'CANDIDATE', term: 3 }),
  },
  {
    invariant: 'observers are silent',
    harm: 'an observer answers a heartbeat',
    plan: WITH_OBSERVER,
    bad: (world) => world.at(2).answers('o0', 'n0', 3, 1),
    says: /^the observer o0 sends a heartbeatResponse to n0 at 2\.0 ms$/,
    good: (world) => world.answers('n1', 'n0', 3, 1).changes('o0', { to: 'CLOSED', term: 3 }),
  },
  {
    invariant: 'observers are silent',
    harm: 'an observer stands for election',
    plan: WITH_OBSERVER,
    bad: (world) => world.at(2).changes('o0', { to: 'PRE_CANDIDATE', term: 3 }),
    says: /^the observer o0 shows PRE_CANDIDATE at 2\.0 ms$/,
    good: (world) => world.changes('n0', { to: 'PRE_CANDIDATE', term: 3 }),
  },
  {
    invariant: 'witnesses never stand',
    harm: 'a voter of priority 0 campaigns',
    plan: WITH_OBSERVER,
    bad: (world) => world.at(2).changes('n2', { to: 'CANDIDATE', term: 3 }),
    says: /^the witness n2 shows CANDIDATE of term 3 at 2\.0 ms$/,
    good: (world) => world.changes('n1', { to: 'CANDIDATE', term: 3 }).votes('n2', 'n1', 3),
  },
  {
    invariant: 'nothing impossible is reported',
    harm: 'a second leader is heard, though every disk is kept',
    bad: (world) => world.at(2).tells({ kind: 'error', by: 'n1', code: 'SECOND_LEADER', text: 'n0 and n2' }),
    says: /^n1 reports SECOND_LEADER at 2\.0 ms: n0 and n2$/,
    good: (world) => {
      world.tells({ kind: 'error', by: 'n1', code: 'LOG_WRITE_FAILED', text: 'full' });
      world.tells({ kind: 'error', by: 'n1', code: 'WORK_FAILED', text: 'it drains' });
    },
  },
  {
    invariant: 'nothing impossible is reported',
    harm: 'a former self is taken for a second process',
    bad: (world) => world.tells({ kind: 'error', by: 'n1', code: 'DUPLICATE_ID', text: 'another' }),
    says: /^n1 reports DUPLICATE_ID/,
    good: (world) => {
      world.writes('n1', 3).happens('diskReplaced', 'n1');
      world.tells({ kind: 'error', by: 'n1', code: 'SECOND_LEADER', text: 'a term is led again' });
    },
  },
];
