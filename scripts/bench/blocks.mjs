import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster/cluster.mjs';

const DURATIONS_MS = [100, 300, 600];

/** Event loops that stand still, in a leader and in a follower. */
export const blocks = {
  name: 'blocks',
  about: 'event loops blocked for 100, 300 and 600 ms, in a follower and in the leader: elections that this causes',
  async run({ library, tiny, progress }) {
    const count = tiny ? 1 : 100;
    const done = new Map();
    const onDone = (name, blocks) => {
      done.set(name, blocks);
      progress([...done].map(([each, n]) => `${each}: ${n} of ${2 * count}`).join(', '));
    };
    // A blocked loop waits and takes no CPU: the durations run at once, each in a cluster of its own.
    const rows = await Promise.all(DURATIONS_MS.map((ms) => blocksOf(ms, { library, count, onDone })));
    return {
      rows: rows.flat(),
      notes: ['A leader that is blocked for longer than its lease has lost it: that election is right.'],
    };
  },
};

async function blocksOf(ms, { library, count, onDone }) {
  const cluster = await Cluster.start({ size: 3, library });
  const rows = [];
  try {
    const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
    await cluster.startAll();
    await first;
    for (const who of ['follower', 'leader']) {
      let elections = 0;
      for (let done = 0; done < count; done++) {
        onDone(`${ms} ms`, rows.length * count + done + 1);
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
  } finally {
    await cluster.stop();
  }
  return rows;
}

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
