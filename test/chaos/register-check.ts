import type { WriteEntry } from './entries.js';
import type { TakenWrite } from './register.js';

/** What one process wrote. */
export interface Writes {
  readonly name: string;
  readonly writes: readonly WriteEntry[];
}

/** What must never be in a register, and of its writers; empty when all is well. One line each. */
export function registerViolations(taken: readonly TakenWrite[], writers: readonly Writes[]): readonly string[] {
  return [...olderAfterNewer(taken), ...tokensOfTwo(taken), ...leadersRefused(writers)];
}

/** What a fencing token is for: once a newer one was there, no older one is taken. */
function olderAfterNewer(taken: readonly TakenWrite[]): readonly string[] {
  const wrong: string[] = [];
  let newest: TakenWrite | undefined;
  for (const write of taken) {
    if (newest !== undefined && write.token < newest.token) {
      wrong.push(`the register took token ${write.token} of ${write.writer} after ${newest.token} of ${newest.writer}`);
    } else newest = write;
  }
  return wrong;
}

/** A token is of one process: one leader a term (diss. 3.6.3). */
function tokensOfTwo(taken: readonly TakenWrite[]): readonly string[] {
  const writers = new Map<number, Set<string>>();
  for (const { token, writer } of taken) writers.set(token, (writers.get(token) ?? new Set()).add(writer));
  return [...writers]
    .filter(([, names]) => names.size > 1)
    .map(([token, names]) => `token ${token} was used by ${[...names].join(' and ')}`);
}

/**
 * Whoever holds the lease is the newest leader: had a newer one written, the lease would have overlapped with that one's
 * (rule 8). Told by the register, which knows no clock.
 */
function leadersRefused(writers: readonly Writes[]): readonly string[] {
  return writers.flatMap(({ name, writes }) =>
    writes
      .filter(({ outcome, ledThroughout }) => outcome === 'refused' && ledThroughout)
      .map(({ token, atUs }) => `${name} was refused token ${token} at ${atUs} us, and led that term all the while`),
  );
}
