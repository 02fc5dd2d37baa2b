import type { Tally } from './tally.js';

/** One line: how far a run has come. */
export function progressLine({ worlds, simulatedMs, failures }: Tally, seeds: number, elapsedMs: number): string {
  const perSecond = (1_000 * worlds) / elapsedMs;
  const leftS = (seeds - worlds) / perSecond;
  return (
    `${grouped(worlds)} of ${grouped(seeds)} worlds, ${perSecond.toFixed(0)}/s, ` +
    `${grouped(simulatedMs / elapsedMs)} x real time, ${failures.length} failed, ${leftS.toFixed(0)} s left`
  );
}

/** What happened how often. */
export function summary(tally: Tally, elapsedMs: number): string {
  const { worlds, steps, simulatedMs, happened, faults, kinds, failures } = tally;
  const hours = simulatedMs / 3_600_000;
  const counted = (entries: readonly (readonly [string, number])[]): readonly string[] =>
    entries.map(([name, count]) => `  ${grouped(count).padStart(12)}  ${name}`);
  return [
    `${grouped(worlds)} worlds, ${grouped(steps)} steps, ${hours.toFixed(1)} simulated hours in ${(elapsedMs / 1_000).toFixed(1)} s ` +
      `(${grouped((1_000 * worlds) / elapsedMs)} worlds/s, ${grouped(simulatedMs / elapsedMs)} x real time); ${failures.length} failed`,
    'faults',
    ...counted(Object.entries(faults).sort(([, one], [, other]) => other - one)),
    'happened',
    ...counted(Object.entries(happened).map(([name, count = 0]) => [name, count])),
    'worlds that expect harm',
    ...counted(
      Object.entries(kinds)
        .filter(([harm]) => harm !== 'none')
        .map(([harm, count]) => [`${harm}, ${count.harmed} of them harmed`, count.worlds]),
    ),
  ].join('\n');
}

export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en').replaceAll(',', ' ');
}
