// `npm run model`: explores every state of small clusters of real electors; see docs/model-checking.md.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';

const IN_LARGE_HEAP = 'GRAFT_MODEL_IN_LARGE_HEAP';

try {
  ensureDependencies();
  if (process.env[IN_LARGE_HEAP] === undefined) {
    // Node's own limit is a fraction of the machine's memory; the large configurations need more.
    const { status } = spawnSync(
      process.execPath,
      ['--max-old-space-size=12000', fileURLToPath(import.meta.url), ...process.argv.slice(2)],
      { stdio: 'inherit', env: { ...process.env, [IN_LARGE_HEAP]: '1' } },
    );
    process.exitCode = status ?? 1;
  } else {
    const { compiledModelDir } = await import('./model/compile.mjs');
    const { main } = await import(join(compiledModelDir(), 'test/model/cli.js'));
    process.exitCode = await main(process.argv.slice(2));
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 3;
}
