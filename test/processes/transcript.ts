import type { Entry } from './entries.js';
import type { Life } from './history.js';

/** The whole life of a cluster, for a person to read: what each process told, by time, without its many answers. */
export function transcript(title: string, lives: readonly Life[]): string {
  const told = lives.flatMap(({ name, entries }) => withoutRepeatedAnswers(entries).map((entry) => ({ name, entry })));
  told.sort((a, b) => a.entry.atUs - b.entry.atUs);
  const originUs = told[0]?.entry.atUs ?? 0;
  const lines = told.map(({ name, entry: { atUs, ...rest } }) => {
    const ms = ((atUs - originUs) / 1000).toFixed(1).padStart(9);
    return `${ms} ms  ${name.padEnd(6)} ${JSON.stringify(rest)}`;
  });
  return [`--- what cluster ${title} told:`, ...lines].join('\n');
}

function withoutRepeatedAnswers(entries: readonly Entry[]): readonly Entry[] {
  let last: number | undefined;
  return entries.filter((entry) => {
    if (entry.kind !== 'answer') return true;
    const isNews = entry.term !== last;
    last = entry.term;
    return isNews;
  });
}
