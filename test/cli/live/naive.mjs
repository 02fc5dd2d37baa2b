// What `graft run` would be without its guard: starts its program when it is elected, and kills it when it is deposed.
import { spawn } from 'node:child_process';

const { sourceDir, id, voters, url, log, command } = JSON.parse(process.argv[2]);
const { Node } = await import(`${sourceDir}/index.js`);
const { NatsRpcDriver } = await import(`${sourceDir}/drivers/nats/index.js`);
let child;
const node = await Node.start({
  cluster: { name: 'stamps', voters },
  id,
  rpc: new NatsRpcDriver({ servers: url }),
  handler: {},
  log,
});
node.on('elected', ({ term }) => {
  const env = { ...process.env, GRAFT_TERM: String(term), GRAFT_NODE_ID: id };
  child = spawn(command[0], command.slice(1), { detached: true, stdio: 'ignore', env });
});
node.on('deposed', () => process.kill(-child.pid, 'SIGKILL'));
