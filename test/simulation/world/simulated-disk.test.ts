/** The simulated disk is as bad as POSIX allows: a save keeps rule 1 through a crash at each of its steps, and only so. */
import { describe, expect, test } from 'vitest';
import { decodeLog } from '../../../src/log/envelope.js';
import { replaceFile } from '../../../src/log/replace-file.js';
import { seededRng } from '../../../src/testing/random.js';
import { WRITE_STEPS } from '../../../src/testing/simulation/plan.js';
import { type Passage, SimulatedDisk, type WriteStep } from '../../../src/testing/simulation/simulated-disk.js';
import { LOG_PATH, SimulatedLog } from '../../../src/testing/simulation/simulated-log.js';

const OLD = { term: 3, votedFor: 'n1', nodeId: undefined, isNew: false };
const NEW = { term: 4, votedFor: 'n2', nodeId: undefined, isNew: false };
const onward: Passage = async (_step, land) => land();

function logOn(disk: SimulatedDisk, passage: Passage): SimulatedLog {
  const fs = disk.mount(passage);
  const written = async (): Promise<void> => undefined;
  return new SimulatedLog({
    fs,
    read: () => disk.read(LOG_PATH),
    writing: () => undefined,
    written,
    failed: () => undefined,
  });
}

/** A save that gets so many steps far, then the machine loses its power. What the next process reads. */
async function savedUntil(steps: number, seed: number): Promise<number> {
  const disk = new SimulatedDisk(seededRng(seed));
  const before = logOn(disk, onward);
  await before.open();
  await before.save(OLD);
  let left = steps;
  const passage: Passage = async (_step, land) => {
    if (left === 0) await new Promise(() => undefined);
    left -= 1;
    land();
  };
  const log = logOn(disk, onward);
  await log.open();
  const dying = logOn(disk, passage);
  void dying.save(NEW);
  await new Promise((resolve) => setImmediate(resolve));
  disk.powerCut();
  return (await logOn(disk, onward).open()).term;
}

describe('a save that a power cut ends', () => {
  test.each(Array.from({ length: WRITE_STEPS + 1 }, (_, steps) => steps))(
    'after %i of its steps leaves the old state or the new, whatever the cache did',
    async (steps) => {
      const found = new Set<number>();
      for (let seed = 0; seed < 60; seed++) found.add(await savedUntil(steps, seed));
      // The rename is the sixth step; until the directory is synced, either may be there.
      const expected = steps < 6 ? [OLD.term] : steps < WRITE_STEPS ? [OLD.term, NEW.term] : [NEW.term];
      expect([...found].sort()).toEqual(expected);
    },
  );

  test('the twin: without the sync before the rename, what is left may be no log at all', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const disk = new SimulatedDisk(seededRng(seed));
      const skipping: Passage = async (step: WriteStep, land) => {
        if (step !== 'sync') land();
      };
      await logOn(disk, skipping).save(OLD);
      disk.powerCut();
      const bytes = disk.read(LOG_PATH);
      try {
        outcomes.add(decodeLog(bytes, LOG_PATH).isNew ? 'forgotten' : 'kept');
      } catch {
        outcomes.add('corrupt');
      }
    }
    expect([...outcomes].sort()).toEqual(['corrupt', 'forgotten', 'kept']);
  });
});

test('what was written and not synced survives the death of a process, since the cache is the system’s', async () => {
  const disk = new SimulatedDisk(seededRng(1));
  const fs = disk.mount(async (step, land) => {
    if (step !== 'syncDirectory') land();
  });
  const directory = await fs.open('/', 'r');
  const bytes = new TextEncoder().encode('anything');
  await replaceFile(fs, { file: '/f', temporaryFile: '/f.tmp', directory, bytes });
  expect(disk.read('/f')).toEqual(bytes);
  expect(disk.survivor('/f')).toBeUndefined();
});
