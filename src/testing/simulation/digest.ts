import { createHash } from 'node:crypto';
import { type RunOptions, runWorld, type WorldReport } from './run-world.js';
import { Trace } from './trace.js';

/** Runs a world and digests its whole trace: two runs that differ in one byte of it differ here. */
export async function digestOf(
  seed: number,
  options: RunOptions = {},
): Promise<{ readonly digest: string; readonly report: WorldReport }> {
  const hash = createHash('sha256');
  const trace = new Trace((line) => hash.update(`${line}\n`));
  const report = await runWorld(seed, { ...options, hearers: [...(options.hearers ?? []), trace] });
  return { digest: hash.digest('hex').slice(0, 16), report };
}
