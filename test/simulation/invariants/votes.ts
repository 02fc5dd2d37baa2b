import type { HandMadeCase } from './hand-made-world.js';

/** Rules 1 and 2: votes, terms, and what of them is on a disk. */
export const VOTES: readonly HandMadeCase[] = [
  {
    invariant: 'one leader a term',
    harm: 'two show LEADER in one term, one after the other',
    bad: (world) => world.at(10).gains('n0', 3).at(20).loses('n0', 3).at(30).gains('n1', 3),
    says: /^term 3 is led by n0 \(since 10\.0 ms\) and n1 \(since 30\.0 ms\)$/,
    good: (world) => world.gains('n0', 3).loses('n0', 3).gains('n1', 4).loses('n1', 4).gains('n0', 5),
  },
  {
    invariant: 'one leader a term',
    harm: 'two win the vote of a term, and neither gets a lease',
    bad: (world) => world.beats('n0', 'n1', 3, 1).beats('n2', 'n1', 3, 1),
    says: /^term 3 is led by n0 .* and n2/,
    good: (world) => world.beats('n0', 'n1', 3, 1).beats('n2', 'n1', 4, 1).beats('n0', 'n2', 3, 2),
  },
  {
    invariant: 'one leader a term',
    harm: 'a term is led again that no lost disk knew of',
    bad: (world) => world.writes('n1', 2, 'n0').happens('diskReplaced', 'n1').gains('n0', 3).gains('n2', 3),
    says: /^term 3 is led by/,
    good: (world) => world.writes('n1', 3, 'n0').gains('n0', 3).happens('diskReplaced', 'n1').gains('n2', 3),
  },
  {
    invariant: 'one vote a term',
    harm: 'a voter grants two candidates in one term, a restart in between',
    bad: (world) => {
      world.writes('n1', 3, 'n0').votes('n1', 'n0', 3).happens('crashed', 'n1').happens('started', 'n1');
      world.votes('n1', 'n2', 3);
    },
    says: /^n1 votes in term 3 for n0, and at .* for n2$/,
    good: (world) => world.writes('n1', 3, 'n0').votes('n1', 'n0', 3).happens('crashed', 'n1').votes('n1', 'n0', 3),
  },
  {
    invariant: 'one vote a term',
    harm: 'a candidate votes for another in its own term',
    bad: (world) => world.asksForVote('n0', 'n1', 3).votes('n0', 'n2', 3),
    says: /^n0 votes in term 3 for n0, and at .* for n2$/,
    good: (world) => world.asksForVote('n0', 'n1', 3).votes('n0', 'n2', 4),
  },
  {
    invariant: 'one vote a term',
    harm: 'a disk forgets the vote of its term',
    bad: (world) => world.writes('n1', 3, 'n0').writes('n1', 3),
    says: /^n1 forgets its vote for n0 in term 3/,
    good: (world) => world.writes('n1', 3).writes('n1', 3, 'n0').writes('n1', 4),
  },
  {
    invariant: 'one vote a term',
    harm: 'the new disk of a voter votes twice',
    bad: (world) => world.votes('n1', 'n0', 3).happens('diskReplaced', 'n1').votes('n1', 'n2', 3).votes('n1', 'n0', 3),
    says: /^n1 votes in term 3 for n2, and at .* for n0$/,
    good: (world) => world.votes('n1', 'n0', 3).happens('diskReplaced', 'n1').votes('n1', 'n2', 3),
  },
  {
    invariant: 'durable before shown',
    harm: 'a vote is given before it is on the disk',
    bad: (world) => world.writes('n1', 3).at(5).votes('n1', 'n0', 3),
    says: /^n1 sends a voteResponse of term 3 to n0 at 5\.0 ms while its disk holds term 3 and a vote for nobody$/,
    good: (world) => world.writes('n1', 3, 'n0').votes('n1', 'n0', 3).preVotes('n1', 'n2', 9),
  },
  {
    invariant: 'durable before shown',
    harm: 'a candidate asks before its own vote is on the disk',
    bad: (world) => world.writes('n0', 2, 'n1').asksForVote('n0', 'n1', 3),
    says: /^n0 sends a voteRequest of term 3 .* holds term 2 and a vote for n1$/,
    good: (world) => world.asksForPreVote('n0', 'n1', 3).writes('n0', 3, 'n0').asksForVote('n0', 'n1', 3),
  },
  {
    invariant: 'durable before shown',
    harm: 'a heartbeat is answered in a term that is not on the disk',
    bad: (world) => world.writes('n1', 2).answers('n1', 'n0', 3, 1),
    says: /^n1 sends a heartbeatResponse of term 3/,
    good: (world) => world.writes('n1', 3).answers('n1', 'n0', 3, 1),
  },
  {
    invariant: 'terms never go back',
    harm: 'a disk holds an older term than it held',
    bad: (world) => world.writes('n1', 3).happens('crashed', 'n1').at(7).writes('n1', 2),
    says: /^the disk of n1 holds term 2 at 7\.0 ms, and held 3$/,
    good: (world) => world.writes('n1', 3).happens('diskReplaced', 'n1').writes('n1', 0).writes('n1', 4),
  },
  {
    invariant: 'terms never go back',
    harm: 'a process shows an older term than it showed',
    bad: (world) => world.happens('started', 'n1').shows('n1', { term: 4 }).shows('n1', { term: 3 }),
    says: /^n1 shows term 3 at .*, and showed 4$/,
    good: (world) => {
      // The newer term was being written when the process died: nobody was told of it.
      world.writes('n1', 3).shows('n1', { term: 4 }).shows('n1', { condition: 'down' }).happens('crashed', 'n1');
      world.happens('started', 'n1').shows('n1', { condition: 'running', term: 3 });
    },
  },
  {
    invariant: 'terms never go back',
    harm: 'a process shows an older term than its disk held when it started',
    bad: (world) => world.writes('n1', 3).happens('started', 'n1').shows('n1', { term: 2 }),
    says: /^n1 shows term 2 at .*, and showed 3$/,
    good: (world) => world.writes('n1', 3).happens('started', 'n1').shows('n1', { term: 3 }),
  },
  {
    invariant: 'fencing tokens rise',
    harm: 'a leader has a lower term than one before it',
    bad: (world) => world.gains('n0', 4).loses('n0', 4).at(9).gains('n1', 3),
    says: /^n1 leads term 3 at 9\.0 ms, after n0 has led term 4$/,
    good: (world) => world.gains('n0', 3).loses('n0', 3).gains('n1', 4),
  },
  {
    invariant: 'fencing tokens rise',
    harm: 'a term is gained a second time by the same node',
    bad: (world) => world.gains('n0', 4).loses('n0', 4).gains('n0', 4),
    says: /^n0 leads term 4 at .*, after n0 has led term 4$/,
    good: (world) => world.writes('n1', 4, 'n0').gains('n0', 4).happens('diskReplaced', 'n1').gains('n2', 3),
  },
  {
    invariant: 'votes are a set',
    harm: "a leader of three has nobody's vote but its own",
    bad: (world) =>
      world.asksForVote('n0', 'n1', 2).votes('n1', 'n0', 2).at(3).asksForVote('n0', 'n1', 3).beats('n0', 'n1', 3, 1),
    says: /^n0 acts as leader of term 3 at 3\.0 ms with 1 of 2 votes$/,
    good: (world) =>
      world.asksForVote('n0', 'n1', 3).votes('n1', 'n0', 3).beats('n0', 'n1', 3, 1).beats('n0', 'n2', 3, 1),
  },
  {
    invariant: 'votes are a set',
    harm: 'one vote is counted twice among five',
    plan: { cluster: { name: 'five', size: 5 } },
    bad: (world) => world.asksForVote('n0', 'n1', 3).votes('n1', 'n0', 3).votes('n1', 'n0', 3).beats('n0', 'n1', 3, 1),
    says: /^n0 acts as leader of term 3 at .* with 2 of 3 votes$/,
    good: (world) => world.asksForVote('n0', 'n1', 3).votes('n1', 'n0', 3).votes('n2', 'n0', 3).beats('n0', 'n1', 3, 1),
  },
  {
    invariant: 'terms grow slowly',
    harm: 'a node that is cut off campaigns without a pre-vote',
    bad: (world) => world.asksForPreVote('n0', 'n1', 3).at(9).asksForVote('n0', 'n1', 3),
    says: /^n0 campaigns in term 3 at 9\.0 ms, with the pre-votes of 1 of 2 voters$/,
    good: (world) => {
      world.asksForPreVote('n0', 'n1', 3).preVotes('n1', 'n0', 3).asksForVote('n0', 'n1', 3).asksForVote('n0', 'n2', 3);
    },
  },
  {
    invariant: 'terms grow slowly',
    harm: 'a grant of an earlier round counts',
    bad: (world) => {
      world.asksForPreVote('n0', 'n1', 3, { round: 1 }).preVotes('n1', 'n0', 3, { round: 1 });
      world.asksForPreVote('n0', 'n1', 3, { round: 2 }).asksForVote('n0', 'n1', 3);
    },
    says: /^n0 campaigns in term 3/,
    good: (world) => world.asksForVote('n0', 'n1', 3, { transfer: true }),
  },
  {
    invariant: 'terms grow slowly',
    harm: 'without pre-vote, terms are raised faster than a candidacy lasts',
    plan: { preVote: false },
    bad: (world) =>
      world
        .happens('started', 'n0')
        .at(500)
        .asksForVote('n0', 'n1', 3)
        .at(800)
        .asksForVote('n0', 'n1', 4)
        .at(900)
        .asksForVote('n0', 'n1', 5),
    says: /^n0 campaigns in term 5 at 900\.0 ms, the 3th time in 900\.0 ms$/,
    good: (world) =>
      world.happens('started', 'n0').at(900).asksForVote('n0', 'n1', 3).at(910).asksForVote('n0', 'n1', 4),
  },
];
