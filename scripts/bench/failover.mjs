import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster/cluster.mjs';
import { seededRng } from './core/electors.mjs';
import { percentile } from './statistics.mjs';

const DEFAULT = { electionTimeoutMinMs: 500, electionTimeoutMaxMs: 1000, heartbeatIntervalMs: 100 };
const FAST = { electionTimeoutMinMs: 50, electionTimeoutMaxMs: 100, heartbeatIntervalMs: 10 };

/** nats-io/graft's own figures for its default timings, from its maintainers' kind of machine: it cannot be had here. */
const FAILOVERS = 100;

export const failover3 = failover('failover-3', { size: 3, timings: DEFAULT, aims: { p50: 468, p99: 570 } });
export const failover5 = failover('failover-5', { size: 5, timings: DEFAULT, aims: { p50: 515, p99: 665 } });
export const failoverFast = failover('failover-fast', { size: 3, timings: FAST, aims: { p50: 60 } });

function failover(name, { size, timings, aims }) {
  const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs } = timings;
  return {
    name,
    about:
      `kill -9 of the leader of ${size} processes over nats-server, ` +
      `timings ${electionTimeoutMinMs}/${electionTimeoutMaxMs}/${heartbeatIntervalMs} ms`,
    async run({ library, seed, tiny, progress }) {
      const rng = seededRng(seed);
      const count = tiny ? 1 : FAILOVERS;
      const cluster = await Cluster.start({ size, timings, library });
      const crashes = [];
      try {
        const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
        await cluster.startAll();
        await first;
        while (crashes.length < count) {
          progress(`${crashes.length + 1} of ${count}`);
          // The heir is named once it has answered; and the kill falls anywhere between two heartbeats.
          await sleep(10 * heartbeatIntervalMs + electionTimeoutMaxMs * rng.next());
          crashes.push(await crash(cluster));
        }
      } finally {
        await cluster.stop();
      }
      return { rows: rowsOf(crashes, { name, aims, electionTimeoutMinMs }) };
    },
  };
}

/** Kills the leader; resolves, once it is back, with what the others did meanwhile. */
async function crash(cluster) {
  const { leader: old } = cluster;
  const { term: oldTerm } = cluster.facts.findLast(({ kind }) => kind === 'gained');
  const survivors = cluster.running.filter((id) => id !== old);
  const gained = cluster.next('a new leader', ({ kind, id }) => kind === 'gained' && id !== old);
  const followed = survivors.map((id) =>
    cluster.next(`${id} follows`, (fact) => fact.kind === 'follows' && fact.id === id && fact.leader !== old),
  );
  const { atMs, ended } = cluster.end(old, 'SIGKILL');
  const won = await gained;
  const known = await Promise.all(followed);
  await ended;
  const back = cluster.next(`${old} follows`, ({ kind, id }) => kind === 'follows' && id === old);
  await cluster.restart(old);
  await back;
  const heard = cluster.facts.findLast(
    ({ kind, id, term }) => kind === 'candidate' && id === won.id && term === won.term,
  );
  return {
    ms: won.atMs - atMs,
    knownMs: Math.max(...known.map((fact) => fact.atMs)) - atMs,
    terms: won.term - oldTerm,
    heartbeatAgeMs: atMs - heard.heardAtMs,
  };
}

function rowsOf(crashes, { name, aims, electionTimeoutMinMs }) {
  const row = (figure, samples, share, atMost) => ({
    figure: `${name}: ${figure}`,
    value: percentile(samples, share),
    unit: 'ms',
    samples: samples.length,
    ...(atMost !== undefined && { aim: { atMost } }),
  });
  const times = crashes.map(({ ms }) => ms);
  const overBound = crashes.map(({ ms, heartbeatAgeMs }) => ms - (electionTimeoutMinMs - heartbeatAgeMs));
  const known = crashes.map(({ knownMs }) => knownMs);
  const repeated = crashes.filter(({ terms }) => terms > 1).length;
  return [
    row('kill to LEADER, p50', times, 0.5, aims.p50),
    row('kill to LEADER, p90', times, 0.9),
    row('kill to LEADER, p99', times, 0.99, aims.p99),
    row('kill to LEADER, max', times, 1),
    row('beyond electionTimeoutMin after the last heartbeat, p50', overBound, 0.5, 10),
    row('kill to the last survivor knowing, p50', known, 0.5, name === 'failover-3' ? 479 : undefined),
    {
      figure: `${name}: took more than one term`,
      value: repeated,
      unit: '',
      samples: crashes.length,
      aim: { atMost: 0 },
    },
  ];
}
