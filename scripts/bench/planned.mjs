import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster/cluster.mjs';
import { percentile } from './statistics.mjs';

/** Long enough after a change that the heir is known and every member counts. */
const SETTLE_MS = 700;

/** A leader that goes in order: stepDown() on it, or SIGTERM to its process. */
export const handover = {
  name: 'handover',
  about: "a planned handover among 3 processes over nats-server, from the old leader's loss to the new LEADER",
  async run({ library, tiny, progress }) {
    const count = tiny ? 1 : 100;
    const cluster = await Cluster.start({ size: 3, library });
    const times = { stepDown: [], SIGTERM: [] };
    try {
      const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
      await cluster.startAll();
      await first;
      for (let done = 0; done < count; done++) {
        for (const way of Object.keys(times)) {
          progress(`${done + 1} of ${count}, ${way}`);
          await sleep(SETTLE_MS);
          times[way].push(await handOver(cluster, way));
        }
      }
    } finally {
      await cluster.stop();
    }
    const row = (way, name, share, atMost) => ({
      figure: `handover by ${way}, ${name}`,
      value: percentile(times[way], share),
      unit: 'ms',
      samples: count,
      ...(atMost !== undefined && { aim: { atMost } }),
    });
    return {
      rows: Object.keys(times).flatMap((way) => [
        row(way, 'p50', 0.5, 5),
        row(way, 'p99', 0.99, 15),
        row(way, 'max', 1),
      ]),
    };
  },
};

async function handOver(cluster, way) {
  const { leader: old } = cluster;
  const lost = cluster.next(`${old} loses`, ({ kind, id }) => kind === 'lost' && id === old);
  const gained = cluster.next('a new leader', ({ kind, id }) => kind === 'gained' && id !== old);
  if (way === 'stepDown') cluster.order(old, { order: 'stepDown' });
  else await restartBy('SIGTERM', cluster, old);
  return (await gained).atMs - (await lost).atMs;
}

async function restartBy(signal, cluster, id) {
  await cluster.end(id, signal).ended;
  const follows = cluster.next(`${id} follows`, (fact) => fact.kind === 'follows' && fact.id === id);
  await cluster.restart(id);
  await follows;
}

/** Every process is replaced, one after the other. */
export const rollingRestart = {
  name: 'rolling-restart',
  about: '3 processes over nats-server, SIGTERM and start one after the other: the time without a leader in one roll',
  async run({ library, tiny, progress }) {
    const count = tiny ? 1 : 30;
    const cluster = await Cluster.start({ size: 3, library });
    const totals = [];
    try {
      const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
      await cluster.startAll();
      await first;
      for (let done = 0; done < count; done++) {
        progress(`roll ${done + 1} of ${count}`);
        await sleep(SETTLE_MS);
        const from = cluster.facts.length;
        for (const id of cluster.voters) {
          await restartBy('SIGTERM', cluster, id);
          await sleep(SETTLE_MS);
        }
        totals.push(leaderlessMs(cluster.facts.slice(from)));
      }
    } finally {
      await cluster.stop();
    }
    return {
      rows: [
        {
          figure: 'rolling restart, p50',
          value: percentile(totals, 0.5),
          unit: 'ms',
          samples: count,
          aim: { atMost: 30 },
        },
        { figure: 'rolling restart, max', value: percentile(totals, 1), unit: 'ms', samples: count },
      ],
    };
  },
};

/** The sum of the gaps between a loss and the gain after it. */
function leaderlessMs(facts) {
  let sumMs = 0;
  let lostAtMs;
  for (const { kind, atMs } of facts.toSorted((one, other) => one.atMs - other.atMs)) {
    if (kind === 'lost') lostAtMs = atMs;
    if (kind !== 'gained' || lostAtMs === undefined) continue;
    sumMs += atMs - lostAtMs;
    lostAtMs = undefined;
  }
  return sumMs;
}

/** All processes begin at once, with what was written before, or with nothing. */
export const coldStart = {
  name: 'cold-start',
  about: '3 processes begin at once, from the last one being ready to LEADER',
  async run({ library, tiny, progress }) {
    const count = tiny ? 1 : 50;
    const cluster = await Cluster.start({ size: 3, library });
    const times = { new: [], kept: [] };
    try {
      for (let done = 0; done < count; done++) {
        for (const logs of Object.keys(times)) {
          progress(`${done + 1} of ${count}, logs ${logs}`);
          if (logs === 'new') cluster.forget();
          const gained = cluster.next('a leader', ({ kind }) => kind === 'gained');
          await cluster.startAll();
          const ready = cluster.facts.findLast(({ kind }) => kind === 'ready');
          times[logs].push((await gained).atMs - ready.atMs);
          await Promise.all(cluster.running.map((id) => cluster.end(id, 'SIGKILL').ended));
        }
      }
    } finally {
      await cluster.stop();
    }
    const row = (logs, atMost) => ({
      figure: `cold start, logs ${logs}, p50`,
      value: percentile(times[logs], 0.5),
      unit: 'ms',
      samples: count,
      aim: { atMost },
    });
    return {
      rows: [row('kept', 600), row('new', 1_100)],
      notes: ['A voter with a new log waits electionTimeoutMax before its first vote: it may have lost one (rule 7).'],
    };
  },
};
