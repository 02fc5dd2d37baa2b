import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const RUNS = 5;

/** The elector alone: no IO, no timers, each message handed on at once. Beside it etcd-io/raft, where there is a Go. */
export const core = {
  name: 'core',
  about: 'the election alone, three electors with pre-vote and lease, no IO; beside it etcd-io/raft v3.6 in Go',
  async run({ library, seed, tiny, progress }) {
    const scale = tiny ? 0.001 : 1;
    const beats = Math.ceil(300_000 * scale);
    const transfers = Math.ceil(50_000 * scale);
    const idle = Math.ceil(10_000 * scale);
    const { etcd, why } = tiny ? { why: 'too little is measured to compare' } : buildEtcd();
    const ours = [];
    const theirs = [];
    try {
      // In turn, so that whatever else the machine does befalls both.
      for (let run = 0; run < (tiny ? 1 : RUNS); run++) {
        progress(`run ${run + 1} of ${RUNS}`);
        ours.push(measureOurs({ folder: library.folder, seed: seed + run, beats, transfers, idle }));
        if (etcd !== undefined) theirs.push(measureEtcd(etcd.binary, { beats, transfers, idle }));
      }
    } finally {
      etcd?.remove();
    }
    const row = (figure, key, unit, aim) => {
      const value = median(ours.map((figures) => figures[key]));
      const reference = theirs[0]?.[key] === undefined ? undefined : median(theirs.map((figures) => figures[key]));
      return {
        figure,
        value,
        unit,
        samples: ours.length,
        ...(reference !== undefined && { beside: { name: 'etcd-io/raft', value: reference } }),
        ...(aim !== undefined && { aim: aim(reference) }),
      };
    };
    const twice = (reference) => (reference === undefined ? undefined : { atLeast: 2 * reference });
    return {
      rows: [
        row('elections by transfer', 'transfersPerSecond', 'a second', twice),
        row('heartbeat messages', 'heartbeatMessagesPerSecond', 'a second', twice),
        row('a heartbeat or its answer', 'nsPerHeartbeatMessage', 'ns'),
        row('messages of elections', 'electionMessagesPerSecond', 'a second'),
        row('a message of an election', 'nsPerElectionMessage', 'ns'),
        row('a deadline that is not due', 'nsPerDeadline', 'ns'),
        row('allocated by a heartbeat and two answers', 'bytesPerBeat', 'bytes'),
        row('heap of an idle elector, its settings included', 'idleBytes', 'bytes', () => ({ atMost: 1024 })),
        row('heap of an idle elector whose settings others have too', 'idleSharedBytes', 'bytes'),
      ],
      notes: [
        etcd === undefined ? `without etcd-io/raft: ${why}` : 'etcd-io/raft: RawNode and MemoryStorage, GOMAXPROCS 1',
      ],
    };
  },
};

/** In a process of its own: what one run has taught the compiler, or left on the heap, is not the next one's. */
function measureOurs(options) {
  const args = ['--expose-gc', join(here, 'core/measure.mjs'), JSON.stringify(options)];
  return JSON.parse(execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }).toString());
}

function measureEtcd(binary, { beats, transfers, idle }) {
  const args = ['-beats', String(beats), '-transfers', String(transfers), '-idle', String(idle)];
  return JSON.parse(execFileSync(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] }).toString());
}

function buildEtcd() {
  if (spawnSync('go', ['version']).status !== 0) return { why: 'there is no Go toolchain' };
  const scratch = mkdtempSync(join(tmpdir(), 'graft-bench-etcd-'));
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  const binary = join(scratch, 'etcd-raft');
  const { status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], { cwd: join(here, 'go/etcd-raft') });
  if (status === 0) return { etcd: { binary, remove } };
  remove();
  return { why: `go build failed: ${stderr.toString().trim().split('\n').at(-1)}` };
}
