// A counterexample is worth what it can be told again: by the command that its report names, from the file that it gives.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/model.mjs');

describe('npm run model -- --bug NAME tells a run that --replay FILE tells again', () => {
  test.each(['terms compared with >=', 'lease kept during transfer', 'refusals that teach no term'])('%s', (name) => {
    const shown = model('--bug', name);
    expect(shown.status).toBe(0);
    const told = shown.stdout.split('\n').find((line) => line.startsWith('{'));
    if (told === undefined) throw new Error(`no story in:\n${shown.stdout}`);
    const story: Story = JSON.parse(told);
    expect(story.bug).toBe(name);

    const again = replayed(story);
    expect(again.status).toBe(1);
    expect(again.stdout).toContain(story.violation);

    // Told of electors without the bug, it does not end like that: it breaks nothing, or cannot even come about.
    const { bug: _bug, ...honest } = story;
    const other = replayed(honest);
    expect([0, 3]).toContain(other.status);
    if (other.status === 3) expect(other.stderr).toContain('has not sent');
  });
});

test('a name that is none is answered with those that are, and exit code 3', () => {
  for (const [flag, known] of [
    ['--bug', 'no stickiness'],
    ['--config', 'pre-votes'],
  ] as const) {
    const { status, stderr } = model(flag, 'nonsense');
    expect(status).toBe(3);
    expect(stderr).toContain(known);
  }
});

function model(...args: readonly string[]) {
  return spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
}

function replayed(story: Story) {
  const folder = mkdtempSync(join(tmpdir(), 'graft-story-'));
  try {
    const file = join(folder, 'story.json');
    writeFileSync(file, JSON.stringify(story));
    return model('--replay', file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
