// One process of the benchmark `idle`: a node in each of many groups, on one connection.
import { connect } from 'nats';

const { id, voters, groups, servers, library } = JSON.parse(process.argv[2]);
const { Node, MemoryLog } = await import(library.main);
const { NatsRpcDriver } = await import(library.nats);

const connection = await connect({ servers });
const nodes = await Promise.all(
  Array.from({ length: groups }, (_, group) =>
    Node.start({
      cluster: { name: `bench.group-${group}`, voters },
      id,
      rpc: new NatsRpcDriver(connection),
      // What is reported goes nowhere: of a thousand nodes that start at once, each says that the event loop is busy.
      handler: { asyncError: () => undefined },
      log: new MemoryLog(),
    }),
  ),
);
await Promise.all(nodes.map((node) => node.untilLeader()));
process.send({ kind: 'elected' });

process.on('disconnect', () => process.exit());
process.on('message', ({ ms }) => {
  globalThis.gc();
  const before = { cpu: process.cpuUsage(), ...connection.stats(), atMs: performance.now() };
  setTimeout(() => {
    const { user, system } = process.cpuUsage(before.cpu);
    const seconds = (performance.now() - before.atMs) / 1000;
    const { outMsgs, outBytes } = connection.stats();
    process.send({
      kind: 'measured',
      messagesPerSecond: (outMsgs - before.outMsgs) / seconds,
      bytesPerSecond: (outBytes - before.outBytes) / seconds,
      cpuSecondsPerMinute: ((user + system) / 1e6 / seconds) * 60,
      rssMb: process.memoryUsage().rss / 2 ** 20,
      timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    });
  }, ms);
});
