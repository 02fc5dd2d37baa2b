import { constants, mkdtempSync, rmSync } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from './statistics.mjs';

const BLOCK_BYTES = 4096;
/** What a save writes: a copy of the state, and what stands beside it. */
const WRITE_BYTES = 2 * BLOCK_BYTES;
/** Each comes before and after each of the others: what comes first pays for what the file system puts off. */
const TURNS = [
  ['ours', 'twoCalls', 'oneCall'],
  ['oneCall', 'twoCalls', 'ours'],
  ['twoCalls', 'oneCall', 'ours'],
  ['ours', 'oneCall', 'twoCalls'],
  ['oneCall', 'ours', 'twoCalls'],
  ['twoCalls', 'ours', 'oneCall'],
];

/** A vote on its way to the disk (rule 1), beside the bare system calls, in turn. */
export const durableVote = {
  name: 'durable-vote',
  about: 'FileLog.save over the file, beside bare system calls: a write in place, fdatasync and stat; O_DSYNC and stat',
  async run({ library, tiny, progress }) {
    const { FileLog } = await import(library.main);
    const count = tiny ? 5 : 10_000;
    // While V8 optimizes what runs, in threads of its own, one act in a hundred, ours or bare, waits milliseconds for a
    // core where there are two.
    const warmUps = tiny ? 1 : 4_000;
    const scratch = mkdtempSync(join(tmpdir(), 'graft-bench-vote-'));
    const log = new FileLog(join(scratch, 'graft.log'));
    const { O_RDWR, O_DSYNC } = constants;
    const twoCalls = await prepareFile(join(scratch, 'two-calls'), O_RDWR);
    const oneCall = await prepareFile(join(scratch, 'one-call'), O_RDWR | O_DSYNC);
    const times = { ours: [], twoCalls: [], oneCall: [] };
    try {
      await log.open();
      // The first makes the file that the others are written over.
      await log.save({ term: 1, votedFor: 'a', nodeId: 'a', isNew: false });
      for (let save = 1; save <= warmUps + count; save++) {
        if (save % 100 === 0) progress(`${save} of ${warmUps + count}`);
        const state = { term: save + 1, votedFor: 'a', nodeId: 'a', isNew: false };
        const bytes = Buffer.alloc(WRITE_BYTES, String(save));
        const position = (save % 2) * BLOCK_BYTES;
        const acts = {
          ours: () => log.save(state),
          twoCalls: () => overwriteInTwoCalls(twoCalls, bytes, position),
          oneCall: () => overwriteInOneCall(oneCall, bytes, position),
        };
        for (const name of TURNS[save % TURNS.length]) {
          const ms = await time(acts[name]);
          if (save > warmUps) times[name].push(ms);
        }
      }
    } finally {
      await log.close();
      await twoCalls.handle.close();
      await oneCall.handle.close();
      rmSync(scratch, { recursive: true, force: true });
    }
    const row = (name, share) => {
      const reference = percentile(times.twoCalls, share);
      return {
        figure: `a durable vote, ${name}`,
        value: percentile(times.ours, share),
        unit: 'ms',
        samples: count,
        aim: { atMost: 1.2 * reference },
        beside: { name: 'bare calls', value: reference },
      };
    };
    const strictRow = (name, share) => ({
      figure: `the same, ${name}`,
      value: percentile(times.ours, share),
      unit: 'ms',
      samples: count,
      beside: { name: 'O_DSYNC', value: percentile(times.oneCall, share) },
    });
    return { rows: [row('p50', 0.5), strictRow('p50', 0.5), row('p99', 0.99), strictRow('p99', 0.99)] };
  },
};

async function prepareFile(path, flags) {
  await writeFile(path, Buffer.alloc(3 * BLOCK_BYTES));
  const handle = await open(path, flags);
  await handle.sync();
  return { handle, path };
}

async function overwriteInTwoCalls({ handle, path }, bytes, position) {
  await handle.write(bytes, 0, bytes.length, position);
  await Promise.all([handle.datasync(), stat(path, { bigint: true })]);
}

/** As a save does on Linux. */
async function overwriteInOneCall({ handle, path }, bytes, position) {
  await Promise.all([handle.write(bytes, 0, bytes.length, position), stat(path, { bigint: true })]);
}

async function time(act) {
  const before = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - before) / 1e6;
}
