import { parseArgs } from 'node:util';
import { UsageError } from './failure.js';

/** One option of a command. */
export interface Flag {
  readonly help: string;
  /** One letter. */
  readonly short?: string;
  /** What stands for its value in `--help`; without it, the option is a switch. */
  readonly value?: string;
  /** The environment variable that holds it, where the command line does not. */
  readonly env?: string;
  /** For `--help`. */
  readonly default?: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** The value of an option, and whether it came from the command line rather than the environment. */
interface Said {
  readonly value: string | boolean;
  readonly isTyped: boolean;
}

/** What was said on the command line, and in the environment. */
export class Given {
  readonly #said: ReadonlyMap<string, Said>;
  readonly #flags: Flags;
  /** What is no option. */
  readonly words: readonly string[];

  constructor(flags: Flags, said: ReadonlyMap<string, Said>, words: readonly string[]) {
    this.#flags = flags;
    this.#said = said;
    this.words = words;
  }

  /** The value of `--name`; an empty one is none. */
  text(name: string): string | undefined {
    const value = this.#said.get(name)?.value;
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** The same, where the command line itself has it: its variable is not looked at. */
  typed(name: string): string | undefined {
    return this.#said.get(name)?.isTyped === true ? this.text(name) : undefined;
  }

  /** @throws UsageError when it is absent. */
  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw new UsageError(`--${name} ${this.#flags[name]?.value ?? ''} is missing`);
  }

  switch(name: string): boolean {
    return this.#said.get(name)?.value === true;
  }

  /** A list with commas between. */
  list(name: string): readonly string[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((part) => part.trim());
  }

  /** @throws UsageError when it is no whole number from `min` to `max`. */
  count(name: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new UsageError(`--${name} is ${JSON.stringify(text)}: give a whole number from ${min} to ${max}`);
  }

  /** Milliseconds. @throws UsageError when it is no duration such as 250ms, 1.5s or 2m. */
  durationMs(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
    if (amount === undefined || unit === undefined) {
      throw new UsageError(`--${name} is ${JSON.stringify(text)}: give a duration such as 250ms, 1.5s or 2m`);
    }
    return Number(amount) * (MILLISECONDS.get(unit) ?? 1);
  }
}

const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** @throws UsageError for options that are not there, or have or lack a value. */
export function parseFlags(flags: Flags, args: readonly string[], env: NodeJS.ProcessEnv): Given {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short !== undefined && { short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const said = new Map<string, Said>();
    for (const [name, flag] of Object.entries(flags)) {
      const isTyped = values[name] !== undefined;
      const value = values[name] ?? (flag.env === undefined ? undefined : env[flag.env]);
      if (typeof value === 'string' || typeof value === 'boolean') said.set(name, { value, isTyped });
    }
    return new Given(flags, said, positionals);
  } catch (error) {
    // Node's own texts name the option and say what to do; what follows the first sentence is about positionals.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error));
  }
}

/** The options as `--help` lists them. */
export function flagsHelp(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
    const value = flag.value === undefined ? '' : ` ${flag.value}`;
    const env = flag.env === undefined ? '' : ` [$${flag.env}]`;
    const otherwise = flag.default === undefined ? '' : ` (${flag.default})`;
    return [`  ${short}--${name}${value}`, `${flag.help}${otherwise}${env}`] as const;
  });
  const width = Math.min(30, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .map(([left, right]) =>
      left.length > width ? `${left}\n${''.padEnd(width)}  ${right}` : `${left.padEnd(width)}  ${right}`,
    )
    .join('\n');
}
