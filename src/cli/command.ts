import { EXIT, EXIT_HELP } from './exit-codes.js';
import { type Flags, flagsHelp, type Given } from './flags.js';
import type { Terminal } from './terminal.js';

/** What a command is given. */
export interface Call {
  readonly given: Given;
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts when somebody asks this process to end, as with Ctrl-C; never for a command that sees to that itself. */
  readonly signal: AbortSignal;
  /** Calls back each time that somebody asks this process to end; returns how to take that back. */
  readonly onEndAsked: (callback: () => void) => () => void;
}

/** One word after `graft`. */
export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What is written after the command's name. */
  readonly usage: string;
  /** What `--help` explains. */
  readonly details: string;
  readonly examples: readonly string[];
  readonly flags: readonly { readonly title: string; readonly flags: Flags }[];
  /** Which ends it has, for `--help`. */
  readonly exits: readonly (keyof typeof EXIT)[];
  /** Whether what stands after `--` is a command line of its own. */
  readonly takesProgram?: boolean;
  /** Whether it sees to signals itself. */
  readonly ownsSignals?: boolean;
  /** @returns the exit code. */
  readonly run: (call: Call, program: readonly string[]) => Promise<number>;
}

export const COMMON_FLAGS = {
  json: { help: 'JSON, one value a line' },
  'no-color': { help: 'no colours; $NO_COLOR does the same' },
  help: { help: 'this text', short: 'h' },
} as const satisfies Flags;

export function allFlags({ flags }: Command): Flags {
  return Object.assign({}, ...flags.map((group) => group.flags), COMMON_FLAGS);
}

export function commandHelp(name: string, command: Command): string {
  const groups = [...command.flags, { title: 'Other options', flags: COMMON_FLAGS }];
  const exits = (['done', ...command.exits, 'usage', 'internal'] as const).map(
    (exit) => `${String(EXIT[exit]).padStart(3)}  ${EXIT_HELP[exit]}`,
  );
  return [
    `graft ${name}: ${command.summary}`,
    `Usage: graft ${name} ${command.usage}`,
    command.details,
    ...groups.map(({ title, flags }) => `${title}:\n${flagsHelp(flags)}`),
    `Exit codes:\n${[...new Set(exits)].sort().join('\n')}`,
    `Examples:\n${command.examples.map((example) => `  ${example}`).join('\n')}`,
  ].join('\n\n');
}
