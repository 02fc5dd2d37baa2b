import type { Bug } from '../../test/simulation/bugs/bugs.js';

/** The folder with the compiled simulator, `src/` and `test/simulation/` below it; of nodes with that bug, if any. */
export function compiledSimulation(options?: { readonly bug?: Bug }): string;
