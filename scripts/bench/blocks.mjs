import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster/cluster.mjs';

/** Event loops that stand still, in a leader and in a follower. */
export const blocks = {
  name: 'blocks',
  about: 'event loops blocked for 100, 300 and 600 ms, in a follower and in the leader: elections that this causes',
  async run({ library, tiny, progress }) {
    const count = tiny ? 1 : 100;
    const cluster = await Cluster.start({ size: 3, library });
    const rows = [];
    try {
      const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
      await cluster.startAll();
      await first;
      for (const ms of [100, 300, 600]) {
        for (const who of ['follower', 'leader']) {
          let elections = 0;
          for (let done = 0; done < count; done++) {
            progress(`${who} for ${ms} ms, ${done + 1} of ${count}`);
            await sleep(400);
            elections += await blockOne(cluster, who, ms);
          }
          const unavoidable = who === 'leader' && ms > 500;
          rows.push({
            figure: `blocked ${who}, ${ms} ms: elections`,
            value: elections,
            unit: '',
            samples: count,
            ...(!unavoidable && { aim: { atMost: 0 } }),
          });
        }
      }
    } finally {
      await cluster.stop();
    }
    return { rows, notes: ['A leader that is blocked for longer than its lease has lost it: that election is right.'] };
  },
};

async function blockOne(cluster, who, ms) {
  const { leader } = cluster;
  const id = who === 'leader' ? leader : cluster.running.find((other) => other !== leader);
  const from = cluster.facts.length;
  const over = cluster.next(`${id} goes on`, (fact) => fact.kind === 'blocked' && fact.id === id);
  cluster.order(id, { order: 'block', ms });
  await over;
  if (cluster.leader === undefined) await cluster.next('a leader', ({ kind }) => kind === 'gained');
  return cluster.facts.slice(from).filter(({ kind }) => kind === 'gained').length;
}
