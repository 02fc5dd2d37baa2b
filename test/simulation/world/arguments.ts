import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** What `npm run simulate` was asked to do. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'sweep'; readonly from: number; readonly seeds: number; readonly workers: number }
  | { readonly kind: 'ci'; readonly workers: number }
  | { readonly kind: 'bugs'; readonly only: string | undefined; readonly workers: number }
  | {
      readonly kind: 'one';
      readonly seed: number;
      readonly keep: readonly number[] | undefined;
      readonly until: number | undefined;
      readonly trace: boolean;
      readonly shrink: boolean;
    };

/** Thrown for a command line that makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const FLAGS = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  workers: { type: 'string' },
  seed: { type: 'string' },
  keep: { type: 'string' },
  until: { type: 'string' },
  trace: { type: 'boolean' },
  shrink: { type: 'boolean' },
  bugs: { type: 'boolean' },
  bug: { type: 'string' },
  ci: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** @throws UsageError which says what is wrong. */
export function parseCommand(args: readonly string[]): Command {
  const values = parsed(args);
  const workers = whole('workers', values.workers, 1) ?? availableParallelism();
  if (values.help) return { kind: 'help' };
  if (values.ci) return { kind: 'ci', workers };
  if (values.bugs || values.bug !== undefined) return { kind: 'bugs', only: values.bug, workers };
  const seed = whole('seed', values.seed, 0);
  if (seed !== undefined) {
    const { trace = false, shrink = false } = values;
    return { kind: 'one', seed, keep: indices(values.keep), until: whole('until', values.until, 1), trace, shrink };
  }
  for (const name of ['keep', 'until', 'trace', 'shrink'] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} is about one seed: add --seed N`);
  }
  const seeds = whole('seeds', values.seeds, 1);
  if (seeds === undefined) return { kind: 'help' };
  return { kind: 'sweep', from: whole('from', values.from, 0) ?? 1, seeds, workers };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} is ${JSON.stringify(text)}: give a whole number from ${least}`);
}

function indices(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return [];
  if (/^\d+(?:,\d+)*$/.test(text)) return text.split(',').map(Number);
  throw new UsageError(`--keep is ${JSON.stringify(text)}: give the numbers of faults, such as 3,7,9, or none`);
}
