// `npm run simulate`: worlds of whole nodes, each decided by one seed; see docs/simulation.md.
import { join } from 'node:path';
import { ensureDependencies } from './ensure-dependencies.mjs';

try {
  ensureDependencies();
  const { compiledSimulation } = await import('./simulate/compile.mjs');
  const home = compiledSimulation();
  const { main } = await import(join(home, 'test/simulation/world/cli.js'));
  process.exitCode = await main(process.argv.slice(2), {
    print: (text) => console.log(text),
    home,
    bugHomes: (bug) => compiledSimulation({ bug }),
  });
} catch (error) {
  console.error(error);
  process.exitCode = 3;
}
