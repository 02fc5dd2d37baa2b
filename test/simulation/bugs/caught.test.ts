/** Each deliberate bug, run by whole nodes, is caught by the invariant that is there for it, in the world that is known for it. */
import { expect, test } from 'vitest';
import { compiledSimulation } from '../../../scripts/simulate/compile.mjs';
import { sweep } from '../world/sweep.js';
import { BUGS } from './bugs.js';

test.each(BUGS)('$name: seed $firstSeed', async (bug) => {
  const { breaks, firstSeed, withinSeeds } = bug;
  expect(firstSeed).toBeLessThanOrEqual(withinSeeds);
  const home = compiledSimulation({ bug });
  const { failures } = await sweep({ ranges: [{ from: firstSeed, count: 1 }], workers: 1, home });
  // Another seed than that: `npm run simulate -- --bugs` finds it, and bugs.ts and docs/simulation.md take it over.
  expect(failures.map(({ seed, invariant }) => ({ seed, invariant }))).toEqual([
    { seed: firstSeed, invariant: breaks[0] },
  ]);
});

test('the sound library, built likewise, passes all of these seeds', async () => {
  const seeds = [...new Set(BUGS.map(({ firstSeed }) => firstSeed))];
  const ranges = seeds.map((from) => ({ from, count: 1 }));
  const { worlds, failures } = await sweep({ ranges, workers: 1, home: compiledSimulation() });
  expect(worlds).toBe(seeds.length);
  expect(failures).toEqual([]);
});
