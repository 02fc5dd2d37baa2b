// `npm run chaos`: real processes, real servers, and everything that can go wrong with them; see docs/chaos.md.
import { setMaxListeners } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledChaosDir } from './chaos/compile.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { ensureFaketime } from './ensure-faketime.mjs';
import { ensureNatsServer } from './ensure-nats-server.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const CANNOT_RUN = 2;
const BROKEN_OFF = { SIGINT: 130, SIGTERM: 143 };

async function natsServer() {
  const server = await ensureNatsServer();
  process.env.GRAFT_NATS_SERVER = server.path;
  return server;
}

const breaking = new AbortController();
// Every fault waits for it.
setMaxListeners(0, breaking.signal);
let brokenOff;
for (const signal of Object.keys(BROKEN_OFF)) {
  process.once(signal, () => {
    brokenOff = signal;
    breaking.abort();
  });
}

try {
  ensureDependencies();
  const { main } = await import(join(compiledChaosDir(), 'test/chaos/cli.js'));
  process.exitCode = await main(process.argv.slice(2), {
    defaultFolder: join(project, '.cache/chaos'),
    natsServer,
    clock: async () => ensureFaketime(),
    signal: breaking.signal,
  });
} catch (error) {
  if (brokenOff === undefined) console.error(error.stack);
  process.exitCode = BROKEN_OFF[brokenOff] ?? CANNOT_RUN;
}
