import type { Writable } from 'node:stream';
import { VERSION } from '../version.js';
import { allFlags, type Command, commandHelp } from './command.js';
import { dashboardCommand } from './commands/dashboard.js';
import { demoCommand } from './commands/demo.js';
import { logCommand } from './commands/log.js';
import { runCommand } from './commands/run.js';
import { statusCommand } from './commands/status.js';
import { stepDownCommand } from './commands/step-down.js';
import { tuneCommand } from './commands/tune.js';
import { watchCommand } from './commands/watch.js';
import { EXIT } from './exit-codes.js';
import { describeFailure, exitCodeOf, UsageError } from './failure.js';
import { parseFlags } from './flags.js';
import { Terminal } from './terminal.js';

export interface ProgramStart {
  /** What stands after `graft`. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly out: Writable;
  readonly error: Writable;
  /** Calls back when somebody asks this process to end; returns how to take that back. */
  readonly onEndAsked: (callback: () => void) => () => void;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['run', runCommand],
  ['status', statusCommand],
  ['watch', watchCommand],
  ['dashboard', dashboardCommand],
  ['step-down', stepDownCommand],
  ['tune', tuneCommand],
  ['log', logCommand],
  ['demo', demoCommand],
]);

/** `graft`, from its arguments to its exit code. Never rejects. */
export async function runProgram(start: ProgramStart): Promise<number> {
  const { out, error } = start;
  const [name = '', ...args] = start.args;
  if (['--version', '-V', 'version'].includes(name)) {
    out.write(`${VERSION}\n`);
    return EXIT.done;
  }
  if (['--help', '-h', 'help'].includes(name)) {
    const command = COMMANDS.get(args[0] ?? '');
    out.write(`${command === undefined ? help() : commandHelp(args[0] ?? '', command)}\n`);
    return EXIT.done;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) {
    error.write(name === '' ? `${help()}\n` : `graft: there is no command ${JSON.stringify(name)}; see graft --help\n`);
    return EXIT.usage;
  }
  return await runCommandNamed(name, command, { ...start, args });
}

async function runCommandNamed(name: string, command: Command, start: ProgramStart): Promise<number> {
  const { out, error, env } = start;
  const [args, program] = split(start.args, command.takesProgram === true);
  let isJson = args.includes('--json');
  const asked = new AbortController();
  const takeBack = command.ownsSignals === true ? () => undefined : start.onEndAsked(() => end(asked));
  try {
    const given = parseFlags(allFlags(command), args, env);
    isJson = given.switch('json');
    if (given.switch('help')) {
      out.write(`${commandHelp(name, command)}\n`);
      return EXIT.done;
    }
    if (given.words.length > 0 && name !== 'log') {
      throw new UsageError(`${JSON.stringify(given.words[0])} is no option of graft ${name}`);
    }
    const terminal = new Terminal({ out, error, env, json: isJson, noColor: given.switch('no-color') });
    return await command.run({ given, terminal, env, signal: asked.signal, onEndAsked: start.onEndAsked }, program);
  } catch (failure) {
    if (failure instanceof EndAsked) return EXIT.done;
    const { code, message } = describeFailure(failure);
    const hint = failure instanceof UsageError ? `; see graft ${name} --help` : '';
    error.write(isJson ? `${JSON.stringify({ error: code, message })}\n` : `graft: ${message}${hint}\n`);
    return exitCodeOf(failure);
  } finally {
    takeBack();
  }
}

/** Ctrl-C is no failure. */
class EndAsked extends Error {}

/** The first time in good order, the second time at once. */
function end(asked: AbortController): void {
  if (asked.signal.aborted) process.exit(130);
  asked.abort(new EndAsked());
}

/** What stands before `--`, and after it. */
function split(args: readonly string[], takesProgram: boolean): readonly [readonly string[], readonly string[]] {
  const at = takesProgram ? args.indexOf('--') : -1;
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}

function help(): string {
  const commands = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return [
    'graft: leader election among a few processes, over NATS or HTTP',
    'Usage: graft COMMAND [options]',
    `Commands:\n${commands.join('\n')}`,
    'graft COMMAND --help explains a command, its options, exit codes and examples. graft --version says which this is.',
    'Try it: graft demo',
  ].join('\n\n');
}
