import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NatsServer } from '../demo/nats-server.mjs';
import { ensureNatsServer } from '../ensure-nats-server.mjs';

const host = fileURLToPath(new URL('cluster/host.mjs', import.meta.url));
const PROCESSES = ['a', 'b', 'c'];

/** What a cluster costs that has nothing to do: three processes, each with one node of every group. */
export const idle = {
  name: 'idle',
  about: 'idle clusters: 3 processes, 1 to 1,000 groups, one connection a process: messages, CPU, memory, timers',
  async run({ library, tiny, progress }) {
    const { path } = await ensureNatsServer();
    const rows = [];
    let fewer;
    for (const groups of tiny ? [1] : [1, 10, 100, 1_000]) {
      progress(`${groups} groups`);
      const server = new NatsServer(path);
      await server.start();
      const children = PROCESSES.map((id) => {
        const options = {
          id,
          voters: PROCESSES,
          groups,
          servers: server.url,
          library: { main: library.main, nats: library.nats },
        };
        return fork(host, [JSON.stringify(options)], { execArgv: ['--expose-gc'] });
      });
      try {
        await Promise.all(children.map((child) => untilSaid(child, 'elected')));
        const measured = await Promise.all(children.map((child) => measure(child, tiny ? 200 : 20_000)));
        rows.push(...rowsOf(groups, measured, fewer));
        fewer = { groups, measured };
      } finally {
        const ends = children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined));
        for (const child of children) child.kill('SIGKILL');
        await Promise.all(ends);
        await server.kill();
      }
    }
    return {
      rows,
      notes: ['Two answers a heartbeat are what a lease costs: 10 heartbeats a second are 10 + 20 messages.'],
    };
  },
};

async function measure(child, ms) {
  const said = untilSaid(child, 'measured');
  child.send({ order: 'measure', ms });
  return await said;
}

function untilSaid(child, kind) {
  return new Promise((resolve, reject) => {
    child.on('message', (fact) => fact.kind === kind && resolve(fact));
    child.once('exit', () => reject(new Error('a host ended')));
  });
}

/** @param fewer what was measured of the number of groups before: a group costs no more among many (linear or better). */
function rowsOf(groups, measured, fewer) {
  const sum = (key) => measured.reduce((total, each) => total + each[key], 0);
  const largest = (key) => Math.max(...measured.map((each) => each[key]));
  const name = `${groups} ${groups === 1 ? 'group' : 'groups'}`;
  return [
    {
      figure: `${name}: messages sent by all`,
      value: sum('messagesPerSecond'),
      unit: 'a second',
      aim: { atMost: 31 * groups },
    },
    { figure: `${name}: bytes sent by all`, value: sum('bytesPerSecond'), unit: 'a second' },
    { figure: `${name}: CPU of the busiest process`, value: largest('cpuSecondsPerMinute'), unit: 's a minute' },
    {
      figure: `${name}: CPU of it for each group`,
      value: cpuMsOfEach(groups, measured),
      unit: 'ms a minute',
      ...(fewer !== undefined && { aim: { atMost: cpuMsOfEach(fewer.groups, fewer.measured) } }),
    },
    { figure: `${name}: memory of the largest process`, value: rssMb(measured), unit: 'MB' },
    ...(fewer === undefined
      ? []
      : [
          {
            figure: `${name}: memory of it for each group beyond ${fewer.groups}`,
            value: ((rssMb(measured) - rssMb(fewer.measured)) * 1024) / (groups - fewer.groups),
            unit: 'KiB',
          },
        ]),
    { figure: `${name}: timers of a process`, value: largest('timers'), unit: '', aim: { atMost: groups + 3 } },
  ];
}

function cpuMsOfEach(groups, measured) {
  return (Math.max(...measured.map(({ cpuSecondsPerMinute }) => cpuSecondsPerMinute)) * 1_000) / groups;
}

function rssMb(measured) {
  return Math.max(...measured.map((each) => each.rssMb));
}
