// `npm run fuzz`: bytes from strangers for everything that takes some; see docs/fuzzing.md.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledOnce } from './compiled-once.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { ensureNatsServer } from './ensure-nats-server.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const PARTS = ['src', 'test/fuzz', 'test/support'];

try {
  ensureDependencies();
  const home = compiledOnce('graft-election-fuzz', PARTS);
  const { main } = await import(join(home, 'test/fuzz/cli.js'));
  const { NatsServer } = await import(join(home, 'test/support/nats-server.js'));
  process.exitCode = await main(process.argv.slice(2), {
    fixtures: join(project, 'test/fixtures/go-graft'),
    async startServer() {
      process.env.GRAFT_NATS_SERVER = (await ensureNatsServer()).path;
      const server = await NatsServer.start();
      return { url: server.url, stop: () => server.stop() };
    },
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 3;
}
