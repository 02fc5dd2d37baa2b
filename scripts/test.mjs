// `npm test`: all tests, from an empty clone on. What follows `--` goes to vitest: `npm test -- test/core`.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { ensureNatsServer } from './ensure-nats-server.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  ensureDependencies();
  const { path, version } = await ensureNatsServer();
  console.error(`nats-server ${version}: ${path}`);
  const vitest = spawn(
    process.execPath,
    [join(project, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)],
    {
      cwd: project,
      env: { ...process.env, GRAFT_NATS_SERVER: path },
      stdio: 'inherit',
    },
  );
  // Ctrl-C reaches vitest as well, which then stops the servers and nodes that its tests have started: let it end first.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => vitest.kill('SIGTERM'));
  vitest.on('error', fail);
  vitest.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  fail(error);
}

function fail(error) {
  console.error(error.message);
  process.exitCode = 1;
}
