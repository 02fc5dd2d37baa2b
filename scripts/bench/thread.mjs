import { setTimeout as sleep } from 'node:timers/promises';
import { NatsServer } from '../demo/nats-server.mjs';
import { ensureNatsServer } from '../ensure-nats-server.mjs';
import { ThreadCluster } from './cluster/thread-cluster.mjs';
import { median } from './statistics.mjs';

/** Answers make a voter an heir, and heartbeats name it: each leader is given a few of them before it has to go. */
const SETTLE_MS = 400;
const RECOVER_MS = 1_500;
const PLAIN = 'plain';
const THREADED = 'in a thread';

/** What a thread of its own costs a node. */
export const thread = {
  name: 'thread',
  about:
    '3 processes over nats-server, their nodes on the main threads and then in worker threads: start, memory, changes',
  async run({ library, tiny, progress }) {
    const [handovers, crashes] = tiny ? [1, 1] : [30, 10];
    const server = new NatsServer((await ensureNatsServer()).path);
    await server.start();
    const measured = {};
    try {
      for (const name of [PLAIN, THREADED]) {
        progress(name);
        const config = { natsUrl: server.url, threaded: name === THREADED, library: library.folder };
        measured[name] = await measure(config, { handovers, crashes, restMs: tiny ? 0 : 2_000 });
      }
    } finally {
      await server.kill();
    }
    return {
      rows: [PLAIN, THREADED].flatMap((name) => rowsOf(name, measured[name], name === PLAIN ? {} : measured[PLAIN])),
      notes: ['Starts are of processes that join again; times of changes are to the `elected` of the successor.'],
    };
  },
};

async function measure(config, { handovers, crashes, restMs }) {
  const cluster = await ThreadCluster.start(config);
  try {
    await sleep(restMs);
    const memory = await cluster.memoryMib();
    const [handover, crash] = [[], []];
    for (let count = 0; count < handovers; count += 1) {
      await sleep(SETTLE_MS);
      handover.push(await cluster.handOver());
    }
    for (let count = 0; count < crashes; count += 1) {
      await sleep(RECOVER_MS);
      crash.push(await cluster.crash());
    }
    return { start: cluster.restartsMs, memory, handover, crash };
  } finally {
    await cluster.stop();
  }
}

const FIGURES = [
  { key: 'start', what: 'start()', unit: 'ms' },
  { key: 'memory', what: 'memory that it adds to its process', unit: 'MiB' },
  { key: 'handover', what: 'stepDown() to the next leader', unit: 'ms' },
  { key: 'crash', what: 'SIGKILL to the next leader', unit: 'ms' },
];

function rowsOf(name, measured, plain) {
  return FIGURES.map(({ key, what, unit }) => ({
    figure: `${what}, ${name}`,
    value: median(measured[key]),
    unit,
    samples: measured[key].length,
    ...(plain[key] !== undefined && { beside: { name: PLAIN, value: median(plain[key]) } }),
  }));
}
