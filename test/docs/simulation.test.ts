// docs/simulation.md says what the code says: invariants, what has to happen, deliberate bugs.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawPlan } from '../../src/testing/simulation/draw-plan.js';
import { everyInvariant } from '../../src/testing/simulation/invariants/index.js';
import { allSometimes } from '../../src/testing/simulation/sometimes/index.js';
import { BUGS } from '../simulation/bugs/bugs.js';
import { readPage } from './pages.js';

const { text } = await readPage('docs/simulation.md');

/** The rows below a heading, without the head of their table. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/simulation.md has no section ${heading}`);
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

describe('docs/simulation.md', () => {
  test('lists every invariant with its kind and its source, and no other', () => {
    expect(rowsUnder('What must always hold').map(([name, kind, , source]) => [name, kind, source])).toEqual(
      everyInvariant(drawPlan(1)).map(({ name, kind, source }) => [name, kind, source]),
    );
  });

  test('lists all that has to happen sometimes, with the rules it is about, and nothing else', () => {
    expect(rowsUnder('What has to happen sometimes')).toEqual(allSometimes().map(({ name, source }) => [name, source]));
  });

  test('lists every deliberate bug, the invariant that catches it at which seed, and within how many', () => {
    expect(rowsUnder('Deliberate bugs')).toEqual(
      BUGS.map(({ name, rule, breaks: [caughtBy], firstSeed, withinSeeds }) => [
        name,
        rule,
        caughtBy,
        String(firstSeed),
        String(withinSeeds),
      ]),
    );
  });

  test('names a test that is there for each fault of the core that was found', () => {
    const [, section = ''] = text.split('## What it has found\n');
    const found = section.split(/\n(?=- )/).slice(1);
    expect(found.length).toBeGreaterThan(0);
    for (const finding of found) {
      const [, file = '', title = ''] = /`(test\/[^`]+)`: "([^"]+)"/.exec(finding.replaceAll(/\s+/g, ' ')) ?? [];
      expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toContain(`'${title}'`);
    }
  });
});
