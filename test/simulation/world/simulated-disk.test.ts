/** The simulated disk is as bad as POSIX allows: a save keeps rule 1 through a crash at each of its steps, and only so. */
import { describe, expect, test } from 'vitest';
import { encodeEnvelope } from '../../../src/log/envelope.js';
import { BLOCK_BYTES, decodeLog, encodeLog } from '../../../src/log/image.js';
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
    writing: () => undefined,
    written,
    failed: () => undefined,
  });
}

/** A save that gets so many steps far, then the machine loses its power. What the next process reads. */
async function savedUntil(steps: number, seed: number, bytes: Uint8Array): Promise<number> {
  const disk = new SimulatedDisk(seededRng(seed));
  disk.install(LOG_PATH, bytes);
  let left = Number.POSITIVE_INFINITY;
  const dying = logOn(disk, async (_step, land) => {
    if (left === 0) await new Promise(() => undefined);
    left -= 1;
    land();
  });
  await dying.open();
  left = steps;
  void dying.save(NEW);
  await new Promise((resolve) => setImmediate(resolve));
  disk.powerCut();
  return (await logOn(disk, onward).open()).term;
}

/** As Go graft wrote it: a save makes a new file. */
const GO_LOG = Buffer.from(encodeEnvelope({ state: OLD, save: undefined }));

describe('a save that a power cut ends', () => {
  test.each(Array.from({ length: WRITE_STEPS + 1 }, (_, steps) => steps))(
    'after %i of its steps leaves the old state or the new, whatever the cache did',
    async (steps) => {
      const found = new Set<number>();
      for (let seed = 0; seed < 60; seed++) found.add(await savedUntil(steps, seed, GO_LOG));
      // The rename is the last step but one; until the directory is synced, either may be there.
      const expected = steps < 5 ? [OLD.term] : steps < WRITE_STEPS ? [OLD.term, NEW.term] : [NEW.term];
      expect([...found].sort()).toEqual(expected);
    },
  );

  test.each([
    [0, [OLD.term]],
    [1, [OLD.term, NEW.term]],
    [2, [NEW.term]],
  ])('over the file, after %i of its two steps, does too', async (steps, expected) => {
    const found = new Set<number>();
    for (let seed = 0; seed < 200; seed++) found.add(await savedUntil(steps, seed, encodeLog(OLD)));
    expect([...found].sort()).toEqual(expected);
  });

  /** Syncs of the directory and the file, what a crash left removed, then two writes, each with its sync. */
  const STEPS_OF_A_START = 7;

  /** OLD was shown; the sync of NEW fails; the next process gets so many steps far in its start, then the power fails. */
  async function readAfterFailedSyncAndStart(seed: number, steps: number): Promise<number> {
    const disk = new SimulatedDisk(seededRng(seed));
    let fails = false;
    const failing = logOn(disk, async (step, land) => {
      if (fails && step === 'syncData') throw new Error('EIO');
      land();
    });
    await failing.open();
    // Longer than a sector, so that one write can be torn in its copy and in the middle.
    const votedFor = 'n'.repeat(400);
    for (const term of [1, 2, OLD.term]) await failing.save({ ...OLD, votedFor, term });
    fails = true;
    await expect(failing.save({ ...NEW, votedFor })).rejects.toThrow('EIO');
    let left = steps;
    const starting = logOn(disk, async (_step, land) => {
      if (left === 0) await new Promise(() => undefined);
      left -= 1;
      land();
    });
    void starting.open();
    await new Promise((resolve) => setImmediate(resolve));
    disk.powerCut();
    return (await logOn(disk, onward).open()).term;
  }

  /** A save whose sync fails, a new process that reads what is in the cache, and a power cut. What is read then. */
  async function readAfterFailedSync(seed: number, next: Passage): Promise<number> {
    const disk = new SimulatedDisk(seededRng(seed));
    disk.install(LOG_PATH, encodeLog(OLD));
    let fails = false;
    const failing = logOn(disk, async (step, land) => {
      if (fails && step === 'syncData') throw new Error('EIO');
      land();
    });
    await failing.open();
    fails = true;
    await expect(failing.save(NEW)).rejects.toThrow('EIO');
    expect((await logOn(disk, next).open()).term).toBe(NEW.term);
    disk.powerCut();
    return (await logOn(disk, onward).open()).term;
  }

  test('after a sync that failed does not take back what the next process has read: it writes it again', async () => {
    for (let seed = 0; seed < 60; seed++) expect(await readAfterFailedSync(seed, onward)).toBe(NEW.term);
  });

  test('nor does a power cut at any step of that start leave less than was shown before it', async () => {
    for (let seed = 0; seed < 200; seed++) {
      for (let steps = 0; steps <= STEPS_OF_A_START; steps++) {
        expect([OLD.term, NEW.term]).toContain(await readAfterFailedSyncAndStart(seed, steps));
      }
    }
  });

  test('the twin: a sync alone says yes, and the power cut takes it back', async () => {
    const found = new Set<number>();
    const unwritten: Passage = async (step, land) => {
      if (step !== 'overwrite') land();
    };
    for (let seed = 0; seed < 60; seed++) found.add(await readAfterFailedSync(seed, unwritten));
    expect([...found].sort()).toEqual([OLD.term, NEW.term]);
  });

  test('the twin: without the sync before the rename, what is left may be no log at all', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const disk = new SimulatedDisk(seededRng(seed));
      const skipping: Passage = async (step: WriteStep, land) => {
        if (step !== 'sync') land();
      };
      const log = logOn(disk, skipping);
      await log.open();
      await log.save(OLD);
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

/** Block 0 in the cache alone, since its process died, then block 1 by the next one. What a power cut leaves of both. */
async function overwrittenByTwo(seed: number, sync: 'no sync' | 'a sync'): Promise<string> {
  const disk = new SimulatedDisk(seededRng(seed));
  disk.install('/f', new Uint8Array(2 * BLOCK_BYTES));
  const dying = await disk
    .mount(async (step, land) => {
      if (step === 'syncData') await new Promise(() => undefined);
      land();
    })
    .open('/f', 'r+');
  const block = new Uint8Array(BLOCK_BYTES).fill(1);
  void dying.overwrite(block, 0);
  await new Promise((resolve) => setImmediate(resolve));
  const next = await disk.mount(onward).open('/f', 'r+');
  if (sync === 'a sync') await next.sync();
  await next.overwrite(block, BLOCK_BYTES);
  disk.powerCut();
  const left = disk.read('/f');
  return [0, BLOCK_BYTES]
    .map((at) => (left.subarray(at, at + BLOCK_BYTES).every((byte) => byte === 1) ? 'new' : 'old'))
    .join();
}

test('an overwrite puts what it writes on the disk, and of what is in the cache beside nothing more', async () => {
  const found = new Set<string>();
  for (let seed = 0; seed < 60; seed++) found.add(await overwrittenByTwo(seed, 'no sync'));
  expect([...found].sort()).toEqual(['new,new', 'old,new']);
});

test('which a sync of the file puts there first', async () => {
  const found = new Set<string>();
  for (let seed = 0; seed < 60; seed++) found.add(await overwrittenByTwo(seed, 'a sync'));
  expect([...found]).toEqual(['new,new']);
});
