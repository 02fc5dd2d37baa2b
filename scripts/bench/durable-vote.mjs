import { mkdtempSync, rmSync } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from './statistics.mjs';

const BLOCK_BYTES = 4096;
/** What a save writes: a copy of the state, and what stands beside it. */
const WRITE_BYTES = 2 * BLOCK_BYTES;

/** A vote on its way to the disk (rule 1), beside the bare system calls that this takes, in turn. */
export const durableVote = {
  name: 'durable-vote',
  about: 'FileLog.save over the file, beside the bare system calls: a write in place, fdatasync and stat',
  async run({ library, tiny, progress }) {
    const { FileLog } = await import(library.main);
    const count = tiny ? 5 : 2_000;
    const scratch = mkdtempSync(join(tmpdir(), 'graft-bench-vote-'));
    const log = new FileLog(join(scratch, 'graft.log'));
    const bare = await prepareFile(join(scratch, 'bare'));
    const times = { ours: [], bare: [] };
    try {
      await log.open();
      // The first makes the file that the others are written over.
      await log.save({ term: 1, votedFor: 'a', nodeId: 'a', isNew: false });
      for (let save = 1; save <= count; save++) {
        if (save % 100 === 0) progress(`${save} of ${count}`);
        const state = { term: save + 1, votedFor: 'a', nodeId: 'a', isNew: false };
        const bytes = Buffer.alloc(WRITE_BYTES, String(save));
        const acts = {
          ours: () => log.save(state),
          bare: () => overwriteBarely(bare, bytes, (save % 2) * BLOCK_BYTES),
        };
        // In turns, since what comes first pays for what the file system puts off.
        const names = Object.keys(acts);
        for (const name of save % 2 === 0 ? names : names.reverse()) times[name].push(await time(acts[name]));
      }
    } finally {
      await log.close();
      await bare.handle.close();
      rmSync(scratch, { recursive: true, force: true });
    }
    const row = (name, share) => {
      const reference = percentile(times.bare, share);
      return {
        figure: `a durable vote, ${name}`,
        value: percentile(times.ours, share),
        unit: 'ms',
        samples: count,
        aim: { atMost: 1.2 * reference },
        beside: { name: 'bare calls', value: reference },
      };
    };
    return { rows: [row('p50', 0.5), row('p99', 0.99)] };
  },
};

async function prepareFile(path) {
  await writeFile(path, Buffer.alloc(3 * BLOCK_BYTES));
  const handle = await open(path, 'r+');
  await handle.sync();
  return { handle, path };
}

async function overwriteBarely({ handle, path }, bytes, position) {
  await handle.write(bytes, 0, bytes.length, position);
  await Promise.all([handle.datasync(), stat(path, { bigint: true })]);
}

async function time(act) {
  const before = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - before) / 1e6;
}
