// One member of the demo's cluster, a process of its own. Reports to its parent in JSON, one line each; takes
// `transfer` and `transfer <id>`, one line each. SIGTERM ends it in order, the end of its stdin at once.
import { createInterface } from 'node:readline';
import { reportOn } from './reports.mjs';

const { id, voters, servers, log, library } = JSON.parse(process.argv[2]);
const { Node } = await import(library.main);
const { NatsRpcDriver } = await import(library.nats);

const report = (facts) => process.stdout.write(`${JSON.stringify(facts)}\n`);

// Ctrl-C in a terminal reaches every process there: what becomes of this one is for the parent to say.
process.on('SIGINT', () => undefined);
// Whatever ended the parent, kill -9 included.
const commands = createInterface({ input: process.stdin }).on('close', () => process.exit(1));

try {
  const node = await Node.start({
    cluster: { name: 'demo', voters },
    id,
    rpc: new NatsRpcDriver({ servers }),
    handler: {},
    log,
  });
  reportOn(node, { report });
  process.on('SIGTERM', async () => {
    await node.close();
    process.exit(0);
  });
  commands.on('line', async (line) => {
    const [, to] = line.split(' ');
    try {
      await node.transfer(to === undefined ? {} : { to });
    } catch ({ code, message }) {
      report({ kind: 'refused', id, code, message });
    }
  });
} catch ({ code, message }) {
  report({ kind: 'refused', id, code, message });
  process.exitCode = 1;
  commands.removeAllListeners('close').close();
  process.stdin.destroy();
}
