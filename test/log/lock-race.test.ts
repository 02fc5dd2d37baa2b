/** Rule 4 under contention: of all processes that find a lock free or stale at the same time, one gets it. */
import { readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileLog } from '../../src/log/file-log.js';
import { isAlive, LifeSign } from '../../src/log/life-sign.js';
import { describeSelf, formatOwner, parseOwner } from '../../src/log/lock-owner.js';
import { LogProcess } from './log-process.js';
import { scratchDirectory } from './scratch.js';

const RACERS = 6;
const ROUNDS = 150;
/** Costs a new process each: the winner is killed instead of closed, and its lock is the next round's. */
const ROUNDS_PER_KILL = 10;

let drawn = 0;

/** A dead owner's record, never the same twice, as records of real owners are. */
async function deadRecord(): Promise<string> {
  drawn += 1;
  return formatOwner(await describeSelf(`.graft-lock-${drawn.toString(16).padStart(16, '0')}`));
}

describe(`${RACERS} processes that open one log at once`, () => {
  test.each<[found: string, prepare: (lock: string) => Promise<void>]>([
    ['unlocked', async () => undefined],
    ['with a dead owner', async (lock) => symlink(await deadRecord(), lock)],
    ['with an empty lock', (lock) => writeFile(lock, '')],
  ])(
    `${ROUNDS} times find it %s, and one owns it each time; every tenth owner is killed`,
    async (_found, prepare) => {
      const directory = await scratchDirectory();
      const path = join(directory, 'graft.log');
      const racers = await Promise.all(Array.from({ length: RACERS }, () => LogProcess.start(path)));
      for (let round = 1; round <= ROUNDS; round += 1) {
        const answers = await Promise.all(racers.map((racer) => racer.ask({ do: 'open' })));
        const winners = racers.filter((_, index) => answers[index]?.ok !== undefined);
        expect(winners).toHaveLength(1);
        const pids = racers.map(({ pid }) => `process ${pid} `);
        for (const { error } of answers.filter(({ ok }) => ok === undefined)) {
          expect(error).toMatchObject({ code: 'LOG_LOCKED' });
          // The owner, or one that was taking the dead owner's lock away and may have lost to it since.
          expect(pids.filter((pid) => error?.message.includes(pid))).toHaveLength(1);
        }
        const won = answers.findIndex(({ ok }) => ok !== undefined);
        if (round % ROUNDS_PER_KILL === 0) {
          await racers[won]?.kill();
          racers[won] = await LogProcess.start(path);
        } else {
          await racers[won]?.ask({ do: 'close' });
          expect(await readdir(directory)).toEqual([]);
          await prepare(`${path}.lock`);
        }
      }
    },
    180_000,
  );
});

describe('8 racers in one process, where the calls of all interleave', () => {
  const crowd = 8;

  test('never own a log twice, whether they find it unlocked or with a dead owner', async () => {
    const path = join(await scratchDirectory(), 'graft.log');
    for (let round = 0; round < 300; round += 1) {
      if (round % 2 === 0) await symlink(await deadRecord(), `${path}.lock`);
      const logs = Array.from({ length: crowd }, () => new FileLog(path));
      const results = await Promise.allSettled(logs.map((log) => log.open()));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await Promise.all(logs.map((log) => log.close()));
    }
  });

  test('would own it twice if a dead lock were just removed, as whoever comes late removes a living one', async () => {
    const directory = await scratchDirectory();
    const lock = join(directory, 'graft.log.lock');
    const signs = await Promise.all(Array.from({ length: crowd }, () => LifeSign.start(directory)));
    onTestFinished(async () => {
      await Promise.all(signs.map((sign) => sign.stop()));
    });
    let owners = 0;
    for (let round = 0; round < 2_000 && owners < 2; round += 1) {
      await rm(lock, { force: true });
      await symlink(await deadRecord(), lock);
      const wins = await Promise.all(signs.map(({ name }) => takeWithoutGuard(directory, lock, name)));
      owners = wins.filter((won) => won).length;
    }
    expect(owners).toBeGreaterThan(1);
  });
});

async function takeWithoutGuard(directory: string, lock: string, sign: string): Promise<boolean> {
  const record = formatOwner(await describeSelf(sign));
  for (;;) {
    const created = await symlink(record, lock).then(
      () => true,
      () => false,
    );
    if (created) return true;
    const owner = parseOwner(await readlink(lock).catch(() => ''));
    if (owner !== undefined && (await isAlive(directory, owner.socket))) return false;
    await rm(lock, { force: true });
  }
}
