// The table of deliberate bugs: each is a subclass of what it replaces, and names invariants that there are.
import { expect, test } from 'vitest';
import * as elector from '../../../src/core/elector.js';
import * as loop from '../../../src/node/loop.js';
import * as view from '../../../src/node/view.js';
import { drawPlan } from '../../../src/testing/simulation/draw-plan.js';
import { everyInvariant } from '../../../src/testing/simulation/invariants/index.js';
import * as electors from '../../core/twins/without.js';
import { BUGS } from './bugs.js';
import * as nodes from './nodes.js';

/** The modules that bugs name. */
const MODULES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'src/core/elector': elector,
  'src/node/loop': loop,
  'src/node/view': view,
  'test/core/twins/without': electors,
  'test/simulation/bugs/nodes': nodes,
};

const invariants = everyInvariant(drawPlan(1)).map(({ name }) => name);

function classAt({ module, className }: { readonly module: string; readonly className: string }): object {
  const named = MODULES[module]?.[className];
  if (named === undefined) throw new Error(`${module} has no ${className}`);
  return named;
}

test.each(BUGS)('$name: $by.className is a kind of $replaces.className, and harms what is watched', (bug) => {
  const [real, buggy] = [classAt(bug.replaces), classAt(bug.by)];
  const ancestors: object[] = [];
  for (
    let each: object = Object.getPrototypeOf(buggy);
    each !== Function.prototype;
    each = Object.getPrototypeOf(each)
  ) {
    ancestors.push(each);
  }
  expect(ancestors).toContain(real);
  expect(bug.breaks.length).toBeGreaterThan(0);
  for (const name of bug.breaks) expect(invariants).toContain(name);
});

test('each has a name of its own', () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
});
