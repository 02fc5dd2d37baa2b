import { execFileSync } from 'node:child_process';
import { MANY_WORLDS } from './never-happened.js';

/** How many seeds `--ci` runs: the same ones always, and as many as `OF_COMMIT` that the commit decides. */
const FIXED = { from: 1, count: MANY_WORLDS };
const OF_COMMIT = 1_000;

/** The ranges of seeds that a commit is tried with; only the fixed one where it is not known. */
export function ciSeeds(commit: string | undefined): readonly { readonly from: number; readonly count: number }[] {
  const start = commit === undefined ? Number.NaN : Number.parseInt(commit.slice(0, 8), 16);
  return Number.isNaN(start) ? [FIXED] : [FIXED, { from: start, count: OF_COMMIT }];
}

/** What the build is known by: the environment's word for it (GRAFT_COMMIT), or git's; `undefined` where there is none. */
export function commitId(): string | undefined {
  const { GRAFT_COMMIT: given } = process.env;
  if (given !== undefined && given !== '') return given;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
