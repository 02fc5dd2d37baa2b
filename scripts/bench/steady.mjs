import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster/cluster.mjs';

const TIMINGS = { electionTimeoutMinMs: 50, electionTimeoutMaxMs: 100, heartbeatIntervalMs: 10 };
const MINUTES = 10;

/** Short timings are worth something only where they hold: nobody does anything, and nobody is to be elected. */
export const steady = {
  name: 'steady',
  about: `3 processes over nats-server, timings 50/100/10 ms, that nothing happens to for ${MINUTES} minutes`,
  async run({ library, tiny, progress }) {
    const seconds = tiny ? 1 : MINUTES * 60;
    const cluster = await Cluster.start({ size: 3, timings: TIMINGS, library });
    try {
      const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
      await cluster.startAll();
      await first;
      const from = cluster.facts.length;
      for (let second = 0; second < seconds; second++) {
        progress(`${second} of ${seconds} s`);
        await sleep(1_000);
      }
      const since = cluster.facts.slice(from);
      const count = (wanted) => since.filter(({ kind }) => kind === wanted).length;
      return {
        rows: [
          { figure: 'steady: elections', value: count('gained'), unit: '', samples: seconds, aim: { atMost: 0 } },
          { figure: 'steady: candidacies', value: count('candidate'), unit: '', samples: seconds, aim: { atMost: 0 } },
        ],
        notes: ['Samples are seconds.'],
      };
    } finally {
      await cluster.stop();
    }
  },
};
