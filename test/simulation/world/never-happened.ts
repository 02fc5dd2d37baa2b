import type { Tally } from './tally.js';

/** Seen fewer than twenty times in 2,500 worlds: it takes a long run to miss them. The others come 50 times and more. */
const RARE: ReadonlySet<string> = new Set(['a newer term deposes a leader', 'a vote is given again after a restart']);
/** From so many worlds on, whatever is not rare must have happened: as many as `--ci` runs always (seeds.ts). */
export const MANY_WORLDS = 1_500;
/** From so many on, all of it. */
export const MOST_WORLDS = 10_000;

/** What has to happen sometimes, and never did in a run that is long enough to show it. */
export function neverHappened({ worlds, happened }: Pick<Tally, 'worlds' | 'happened'>): readonly string[] {
  if (worlds < MANY_WORLDS) return [];
  return Object.keys(happened).filter((name) => happened[name] === 0 && (worlds >= MOST_WORLDS || !RARE.has(name)));
}
