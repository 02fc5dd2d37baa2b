// `npm run test:interop`: mixed clusters, migration and the wire between languages, against the newest nats-server
// (test/interop, docs/interop.md). What follows `--` goes to vitest. Exits with 3 where there is no Go toolchain.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildInterop, NO_GO_EXIT_CODE, NoGoToolchain } from './build-interop.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  const { natsServer, frames, version } = buildInterop();
  ensureDependencies();
  console.error(`nats-server ${version}: ${natsServer}`);
  const vitest = spawn(
    process.execPath,
    [
      join(project, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--config', 'vitest.interop.config.ts', ...process.argv.slice(2)],
    ],
    {
      cwd: project,
      env: { ...process.env, GRAFT_NATS_SERVER: natsServer, GRAFT_GO_FRAMES: frames },
      stdio: 'inherit',
    },
  );
  // Ctrl-C reaches vitest as well, which then stops what its tests have started: let it end first.
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
  process.exitCode = error instanceof NoGoToolchain ? NO_GO_EXIT_CODE : 1;
}
