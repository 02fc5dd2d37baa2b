import { heartbeatResponse } from '../../core/electors.js';
import type { HandMadeCase } from './hand-made-world.js';

const five = ['n0', 'n1', 'n2', 'n3', 'n4'].map((id) => ({ id, observer: false, priority: 1, rate: 1, position: 0 }));

/** Rules 7 to 9: leases, the promises that they rest on, and handing over. */
export const LEASES: readonly HandMadeCase[] = [
  {
    invariant: 'leases never overlap',
    harm: 'two lead at one instant, one of them stopped, in different terms',
    bad: (world) => world.at(5).gains('n0', 3).shows('n0', { condition: 'stopped' }).at(8).gains('n1', 4),
    says: /^n0 \(term 3, stopped\) and n1 \(term 4, running\) lead at 8\.0 ms$/,
    good: (world) => world.gains('n0', 3).shows('n0', { leads: false }).gains('n1', 4),
  },
  {
    invariant: 'a shown LEADER holds a lease',
    harm: 'a LEADER is told of that holds no lease by its own clock',
    bad: (world) => world.at(4).changes('n0', { from: 'CANDIDATE', to: 'LEADER', term: 3 }),
    says: /^n0 shows LEADER of term 3 at 4\.0 ms and holds no lease by its own clock$/,
    good: (world) => world.at(0).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).gains('n0', 3),
  },
  {
    invariant: 'a shown LEADER holds a lease',
    harm: 'nobody has answered the leader',
    bad: (world) => world.beats('n0', 'n1', 3, 1).at(6).gains('n0', 3),
    says: /^n0 leads term 3 at 6\.0 ms, and no quorum ever answered it$/,
    good: (world) => world.beats('n0', 'n1', 3, 1).beats('n0', 'n2', 3, 1).answers('n2', 'n0', 3, 1).gains('n0', 3),
  },
  {
    invariant: 'a shown LEADER holds a lease',
    harm: 'the lease is counted from when the answer came',
    bad: (world) => {
      world.at(0).beats('n0', 'n1', 3, 1).at(300).answers('n1', 'n0', 3, 1).gains('n0', 3).at(453).steps();
    },
    says: /^n0 leads term 3 at 453\.0 ms, and its lease ended at 452\.4 ms$/,
    good: (world) => {
      world.at(0).beats('n0', 'n1', 3, 1).at(300).answers('n1', 'n0', 3, 1).gains('n0', 3).at(452).steps();
    },
  },
  {
    invariant: 'a shown LEADER holds a lease',
    harm: 'one of five has answered the newest heartbeat, and one an older',
    plan: { cluster: { name: 'five', size: 5 }, machines: five },
    bad: (world) => {
      world.at(0).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).answers('n2', 'n0', 3, 1).gains('n0', 3);
      world.at(100).beats('n0', 'n1', 3, 2).answers('n1', 'n0', 3, 2).at(500).steps();
    },
    says: /^n0 leads term 3 at 500\.0 ms, and its lease ended at 452\.4 ms$/,
    good: (world) => {
      world.at(0).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).answers('n2', 'n0', 3, 1).gains('n0', 3);
      world.at(100).beats('n0', 'n1', 3, 2).answers('n1', 'n0', 3, 2).answers('n4', 'n0', 3, 2).at(500).steps();
    },
  },
  {
    invariant: 'a shown LEADER holds a lease',
    harm: 'news of the newer term, which answers an old heartbeat, counts for a round that was not sent yet',
    bad: (world) => {
      const news = heartbeatResponse({ voter: 'n1', term: 3, round: 1 });
      world.beats('n0', 'n1', 2, 1).sends('n1', 'n0', news).at(50).beats('n0', 'n1', 3, 1);
      world.at(60).tells({ kind: 'delivered', from: 'n1', to: 'n0', message: news }).gains('n0', 3);
    },
    says: /^n0 leads term 3 at 60\.0 ms, and no quorum ever answered it$/,
    good: (world) => world.at(50).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).at(60).gains('n0', 3),
  },
  {
    invariant: 'no lease while handing over',
    harm: 'TimeoutNow leaves before the lease is given up',
    bad: (world) => world.gains('n0', 3).at(4).timesOut('n0', 'n1', 3),
    says: /^n0 leads term 3 at 4\.0 ms, though it has sent TimeoutNow in it$/,
    good: (world) => world.gains('n0', 3).loses('n0', 3, { reason: 'steppedDown' }).timesOut('n0', 'n1', 3).steps(),
  },
  {
    invariant: 'no lease while handing over',
    harm: 'the lease is taken up again in the same term',
    bad: (world) => world.timesOut('n0', 'n1', 3).at(50).gains('n0', 3),
    says: /^n0 leads term 3 at 50\.0 ms, though/,
    good: (world) => world.timesOut('n0', 'n1', 3).at(50).gains('n0', 4),
  },
  {
    invariant: 'no lease while handing over',
    harm: 'heartbeats go on after TimeoutNow',
    bad: (world) => world.timesOut('n0', 'n1', 3).at(50).beats('n0', 'n1', 3, 9),
    says: /^n0 sends a heartbeat of term 3, which it has handed over, at 50\.0 ms$/,
    good: (world) => world.beats('n0', 'n1', 3, 9).timesOut('n0', 'n1', 3).beats('n1', 'n0', 4, 1),
  },
  {
    invariant: 'promises are kept',
    harm: 'a voter that has answered a leader votes for another within the lease',
    bad: (world) => world.at(100).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).at(590).votes('n1', 'n2', 4),
    says: /^n1 gives n2 a vote in term 4 at 590\.0 ms, and has promised n0 none until 600\.0 ms$/,
    good: (world) => world.at(100).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).at(600).votes('n1', 'n2', 4),
  },
  {
    invariant: 'promises are kept',
    harm: 'a voter forgets over a restart what it has promised',
    bad: (world) => {
      world.happens('started', 'n1').at(1000).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1);
      world.happens('crashed', 'n1').at(1010).happens('started', 'n1').at(1400).preVotes('n1', 'n2', 4);
    },
    says: /^n1 gives n2 a pre-vote in term 4 at 1400\.0 ms, and has promised n0 none until 1500\.0 ms$/,
    good: (world) => {
      world.at(1000).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).happens('crashed', 'n1').at(1010);
      // In the outgoing leader's name it may.
      world.happens('started', 'n1').asksForVote('n2', 'n1', 4, { transfer: true }).at(1400).votes('n1', 'n2', 4);
    },
  },
  {
    invariant: 'promises are kept',
    harm: 'a voter does not wait after a start',
    bad: (world) => world.at(1000).happens('started', 'n1').at(1400).asksForVote('n1', 'n2', 4),
    says: /^n1 gives n1 a vote in term 4 at 1400\.0 ms, and has to wait until 1500\.0 ms after its start$/,
    good: (world) => world.at(1000).happens('started', 'n1').at(1500).asksForVote('n1', 'n2', 4),
  },
  {
    invariant: 'promises are kept',
    harm: 'a voter whose disk was replaced waits no longer than others, be it for an heir',
    bad: (world) => {
      world.happens('diskReplaced', 'n1').at(1000).happens('started', 'n1');
      world.asksForVote('n2', 'n1', 4, { transfer: true }).at(1600).votes('n1', 'n2', 4);
    },
    says: /^n1 gives n2 a vote in term 4 at 1600\.0 ms, with a new log that waits until 2000\.0 ms$/,
    good: (world) =>
      world.happens('diskReplaced', 'n1').at(1000).happens('started', 'n1').at(2000).votes('n1', 'n2', 4),
  },
  {
    invariant: 'promises are kept',
    harm: 'a leader votes for another',
    bad: (world) => world.gains('n0', 3).at(9).votes('n0', 'n2', 4),
    says: /^n0 gives n2 a vote in term 4 at 9\.0 ms, and leads$/,
    good: (world) => world.gains('n0', 3).loses('n0', 3).votes('n0', 'n2', 4),
  },
  {
    invariant: 'promises are kept',
    harm: 'a voter whose log is new from the first does not wait',
    plan: { machines: ['n0', 'n1', 'n2'].map((id) => ({ id, observer: false, priority: 1, rate: 1, position: 0 })) },
    bad: (world) => world.at(10).happens('started', 'n1').at(900).votes('n1', 'n2', 1),
    says: /^n1 gives n2 a vote in term 1 at 900\.0 ms, with a new log that waits until 1010\.0 ms$/,
    good: (world) => world.at(10).happens('started', 'n1').at(1010).votes('n1', 'n2', 1),
  },
  {
    invariant: 'promises are kept',
    harm: 'a voter that refuses takes over the term of who asks',
    bad: (world) => {
      world.at(100).beats('n0', 'n1', 3, 1).writes('n1', 3).answers('n1', 'n0', 3, 1);
      world.at(300).asksForVote('n2', 'n1', 4).writes('n1', 4);
    },
    says: /^n1 takes term 4 over from a candidate at 300\.0 ms, and stands by what it promised until 600\.0 ms$/,
    good: (world) => {
      world.at(100).beats('n0', 'n1', 3, 1).writes('n1', 3).answers('n1', 'n0', 3, 1);
      // By another way the term may come: a leader of it is heard.
      world.at(300).asksForVote('n2', 'n1', 4).beats('n2', 'n1', 4, 1).writes('n1', 4);
      world.asksForVote('n0', 'n1', 5).at(900).writes('n1', 5);
      // It dies while it takes over another, free to do so, and its next process finds that on the disk.
      world.asksForVote('n0', 'n1', 6).at(1000).happens('crashed', 'n1').happens('started', 'n1').finds('n1', 6);
    },
  },
  {
    invariant: 'answers are asked for',
    harm: 'news of a newer term repeats the round of an old heartbeat',
    bad: (world) => world.beats('n0', 'n1', 3, 7).at(20).answers('n1', 'n0', 4, 7),
    says: /^n1 answers round 7 of term 4 at 20\.0 ms, and n0 has sent no such heartbeat$/,
    good: (world) => world.beats('n0', 'n1', 3, 7).answers('n1', 'n0', 4, 0).answers('n1', 'n0', 3, 6),
  },
  {
    invariant: 'transfers are asked for',
    harm: 'a candidate claims to be an heir whom nobody asked',
    bad: (world) => world.at(9).asksForVote('n1', 'n2', 4, { transfer: true }),
    says: /^n1 campaigns in term 4 at 9\.0 ms as an heir, and no leader of term 3 asked it to$/,
    good: (world) => world.timesOut('n0', 'n1', 3).asksForVote('n1', 'n2', 4, { transfer: true }),
  },
  {
    invariant: 'transfers are asked for',
    harm: 'the flag of a transfer is kept for the next campaign',
    bad: (world) => {
      world.timesOut('n0', 'n1', 3).asksForVote('n1', 'n2', 4, { transfer: true });
      world.asksForVote('n1', 'n2', 5, { transfer: true });
    },
    says: /^n1 campaigns in term 5 .* no leader of term 4/,
    good: (world) => {
      world.timesOut('n0', 'n1', 3).asksForVote('n1', 'n2', 4, { transfer: true }).asksForVote('n1', 'n2', 5);
    },
  },
];
