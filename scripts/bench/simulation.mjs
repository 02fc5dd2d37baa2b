import { join } from 'node:path';
import { compiledSimulation } from '../simulate/compile.mjs';
import { median } from './statistics.mjs';

const VOTERS = ['a', 'b', 'c', 'd', 'e'];

/** How fast the simulation is: one core, one process. */
export const simulation = {
  name: 'simulation',
  about:
    'simulated worlds: simulated time over real time, steps a second; a calm world of 5 nodes, and worlds of all kinds',
  async run({ seed, tiny, progress }) {
    const home = compiledSimulation();
    const { World } = await import(join(home, 'src/testing/simulation/world.js'));
    const { runWorld } = await import(join(home, 'src/testing/simulation/run-world.js'));
    const runs = tiny ? 1 : 9;
    const forMs = tiny ? 2_000 : 120_000;
    progress('calm worlds that teach the compiler');
    // Node goes on making this code faster for some two seconds: a sweep of thousands of worlds does not notice them.
    for (let run = 0; run < (tiny ? 0 : 8); run++) await speedOfCalm(World, { seed, forMs });
    const calm = [];
    for (let run = 1; run <= runs; run++) {
      progress(`a calm world, ${run} of ${runs}`);
      calm.push(await speedOfCalm(World, { seed, forMs }));
    }
    const worlds = tiny ? 3 : 1_000;
    const total = { steps: 0, simulatedMs: 0 };
    const beganMs = performance.now();
    for (let world = 0; world < worlds; world++) {
      if (world % 50 === 0) progress(`worlds of all kinds, ${world} of ${worlds}`);
      const { steps, simulatedMs } = await runWorld(seed + world);
      total.steps += steps;
      total.simulatedMs += simulatedMs;
    }
    const seconds = (performance.now() - beganMs) / 1_000;
    return {
      rows: [
        {
          figure: 'a calm world of 5 nodes: simulated time over real time',
          value: median(calm),
          unit: '',
          samples: calm.length,
          aim: { atLeast: 1_000 },
        },
        { figure: 'worlds of all kinds', value: worlds / seconds, unit: 'a second', samples: worlds },
        { figure: 'worlds of all kinds: steps', value: total.steps / seconds, unit: 'a second', samples: worlds },
        {
          figure: 'worlds of all kinds: simulated time over real time',
          value: total.simulatedMs / 1_000 / seconds,
          unit: '',
          samples: worlds,
        },
      ],
    };
  },
};

async function speedOfCalm(World, { seed, forMs }) {
  const world = await World.start({ seed, voters: VOTERS });
  await world.untilLeader();
  const beganMs = performance.now();
  await world.run(forMs);
  const tookMs = performance.now() - beganMs;
  await world.close();
  return forMs / tookMs;
}
