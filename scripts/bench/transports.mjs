import { setTimeout as sleep } from 'node:timers/promises';
import { NatsServer } from '../demo/nats-server.mjs';
import { ensureNatsServer } from '../ensure-nats-server.mjs';
import { TransportCluster } from './cluster/transport-cluster.mjs';
import { percentile } from './statistics.mjs';

/** The transports take turns so that what else the machine does befalls all alike. */
const ROUNDS = 4;
/** Answers make a voter an heir, and heartbeats name it: each leader is given a few of them before it has to go. */
const SETTLE_MS = 400;
const RECOVER_MS = 1_500;
const THREE = ['a', 'b', 'c'];
const FIVE = [...THREE, 'd', 'e'];

const NATS = 'NATS';
const HTTP = 'HTTP';
const TLS = 'HTTP, mutual TLS';
const TOLD = 'HTTP, told who is gone';
const NOT_TOLD = 'HTTP, not told';

/** The same election over each transport: every node a process with its log on disk. */
export const transports = {
  name: 'transports',
  about: 'stepDown() and kill -9 over NATS, HTTP and HTTP with mutual TLS in turns; leader and heir killed at once',
  async run({ library, tiny, progress }) {
    const [rounds, handovers, crashes, pairs] = tiny ? [1, 1, 1, 1] : [ROUNDS, 15, 4, 5];
    const plain = [
      { what: 'handover', count: handovers, restMs: SETTLE_MS, measure: (cluster) => cluster.handOver() },
      { what: 'crash', count: crashes, restMs: RECOVER_MS, measure: (cluster) => cluster.crash() },
    ];
    const both = (cluster) => cluster.crash({ withHeir: true });
    const paired = [{ what: 'crash of leader and heir', count: pairs, restMs: RECOVER_MS, measure: both }];
    const server = new NatsServer((await ensureNatsServer()).path);
    await server.start();
    const natsUrl = server.url;
    const samples = new Map();
    try {
      for (let round = 1; round <= rounds; round += 1) {
        const turn = async (name, config, todo) => {
          progress(`round ${round} of ${rounds}, ${name}`);
          await play({ ...config, library: library.folder }, todo, (what, ms) => {
            samples.set(what, { ...samples.get(what), [name]: [...(samples.get(what)?.[name] ?? []), ms] });
          });
        };
        await turn(NATS, { transport: 'nats', voters: THREE, natsUrl }, plain);
        await turn(HTTP, { transport: 'http', voters: THREE }, plain);
        await turn(TLS, { transport: 'https', voters: THREE }, plain);
        await turn(TOLD, { transport: 'http', voters: FIVE }, paired);
        await turn(NOT_TOLD, { transport: 'http', voters: FIVE, isDeaf: true }, paired);
      }
    } finally {
      await server.kill();
    }
    return {
      rows: [...samples].flatMap(([what, byTransport]) => rowsOf(what, byTransport)),
      notes: ["From the order, or the kill, to the successor's `elected`."],
    };
  },
};

async function play(config, todo, take) {
  const cluster = await TransportCluster.start(config);
  try {
    for (const { what, count, restMs, measure } of todo) {
      for (let done = 0; done < count; done += 1) {
        // Anywhere between two heartbeats.
        await sleep(restMs + 100 * Math.random());
        take(what, await measure(cluster));
      }
    }
  } finally {
    await cluster.stop();
  }
}

/** Each beside what it is to be compared with: another transport, or not being told. */
function rowsOf(what, byTransport) {
  return Object.entries(byTransport).flatMap(([name, times]) => {
    const other = name === TOLD ? NOT_TOLD : NATS;
    return [
      ['p50', 0.5],
      ['p90', 0.9],
    ].map(([figure, share]) => ({
      figure: `${what}, ${name}, ${figure}`,
      value: percentile(times, share),
      unit: 'ms',
      samples: times.length,
      ...(what === 'handover' && figure === 'p50' && { aim: { atMost: 5 } }),
      ...(other !== name &&
        byTransport[other] !== undefined && { beside: { name: other, value: percentile(byTransport[other], share) } }),
    }));
  });
}
