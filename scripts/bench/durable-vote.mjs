import { mkdtempSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from './statistics.mjs';

/** A vote on its way to the disk (rule 1), beside the bare system calls that this takes, in turn. */
export const durableVote = {
  name: 'durable-vote',
  about: 'FileLog.save beside the bare system calls: write, fsync, rename, fsync of the directory',
  async run({ library, tiny, progress }) {
    const { FileLog } = await import(library.main);
    const count = tiny ? 5 : 2_000;
    const scratch = mkdtempSync(join(tmpdir(), 'graft-bench-vote-'));
    const log = new FileLog(join(scratch, 'graft.log'));
    const directory = await open(scratch, 'r');
    const ours = [];
    const bare = [];
    try {
      await log.open();
      for (let term = 1; term <= count; term++) {
        if (term % 100 === 0) progress(`${term} of ${count}`);
        const state = { term, votedFor: 'a', nodeId: 'a', isNew: false };
        const bytes = Buffer.alloc(220, String(term));
        ours.push(await time(() => log.save(state)));
        bare.push(await time(() => replaceBarely(scratch, directory, bytes)));
      }
    } finally {
      await log.close();
      await directory.close();
      rmSync(scratch, { recursive: true, force: true });
    }
    const row = (name, share) => {
      const reference = percentile(bare, share);
      return {
        figure: `a durable vote, ${name}`,
        value: percentile(ours, share),
        unit: 'ms',
        samples: count,
        aim: { atMost: 1.2 * reference },
        beside: { name: 'bare calls', value: reference },
      };
    };
    return { rows: [row('p50', 0.5), row('p99', 0.99)] };
  },
};

async function replaceBarely(folder, directory, bytes) {
  const temporary = join(folder, 'bare.tmp');
  const handle = await open(temporary, 'w', 0o660);
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
  await rename(temporary, join(folder, 'bare'));
  await directory.sync();
}

async function time(act) {
  const before = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - before) / 1e6;
}
