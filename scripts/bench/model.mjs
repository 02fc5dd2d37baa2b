import { join } from 'node:path';
import { compiledModelDir } from '../model/compile.mjs';

/** How fast every state of small clusters is gone through: one core, one process. */
export const model = {
  name: 'model',
  about: 'the model checker: distinct states of real electors a second, of two configurations of npm run model',
  async run({ tiny, progress }) {
    const home = compiledModelDir();
    const { check } = await import(join(home, 'test/model/check.js'));
    const { configurationNamed } = await import(join(home, 'test/model/configurations.js'));
    const rows = [];
    for (const name of ['restarts', 'leases']) {
      progress(name);
      const { states, seconds } = check(configurationNamed(name), { mostStates: tiny ? 2_000 : 1_000_000 });
      rows.push({
        figure: `${name}: distinct states`,
        value: states / seconds,
        unit: 'a second',
        samples: states,
        aim: { atLeast: 100_000 },
      });
    }
    return { rows, notes: ['Samples are distinct states.'] };
  },
};
