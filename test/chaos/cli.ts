import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cast } from './fault.js';
import { type ChaosOptions, HELP, parseOptions } from './options.js';
import { report } from './report.js';
import { CannotRun, run } from './run.js';
import { drawCast } from './schedule.js';
import { EXIT, exitCodeOf, summary } from './summary.js';
import { timeline } from './timeline.js';
import { judge } from './verdict.js';

/** What the script around brings along: what may have to be installed first. */
export interface Provider {
  /** Where reports go unless said otherwise. */
  readonly defaultFolder: string;
  /** Finds or installs a nats-server. Rejects with all that was tried. */
  readonly natsServer: () => Promise<{ readonly version: string }>;
  /** Finds or installs libfaketime; never rejects. */
  readonly clock: () => Promise<{ readonly library: string } | { readonly missing: string }>;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Runs the command line. @returns the exit code. */
export async function main(args: readonly string[], provider: Provider): Promise<number> {
  let options: ChaosOptions | undefined;
  try {
    options = parseOptions(args, () => Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return EXIT.wrongUse;
  }
  if (options === undefined) {
    console.log(HELP);
    return EXIT.ok;
  }
  const cast = drawCast(options);
  console.log(introduction(cast, options));
  try {
    return await perform(cast, options, provider);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    console.error(error.message);
    return EXIT.cannotRun;
  }
}

async function perform(cast: Cast, options: ChaosOptions, provider: Provider): Promise<number> {
  const { transport, seed, minutes, trustsEvents } = options;
  const directory = resolve(options.out ?? join(provider.defaultFolder, `${transport}-${seed}`));
  rmSync(join(directory, 'histories'), { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const natsServer = transport === 'nats' ? await findServer(provider) : undefined;
  const clock = await provider.clock();
  if ('missing' in clock) console.log(`The wall clock of ${cast.clockMember} will not jump: ${clock.missing}`);
  const record = await run({
    ...{ cast, seed, minutes, directory, trustsEvents, clock, natsServer },
    say: (line) => console.log(line),
    signal: provider.signal,
  });
  const verdict = judge(record);
  writeFileSync(join(directory, 'report.json'), `${JSON.stringify(report(record, verdict), undefined, 1)}\n`);
  writeFileSync(join(directory, 'timeline.svg'), timeline(record, verdict));
  console.log(`\n${summary(record, verdict)}\n${'report'.padEnd(13)} ${directory}`);
  return exitCodeOf(verdict);
}

async function findServer({ natsServer }: Provider): Promise<string> {
  try {
    return (await natsServer()).version;
  } catch (error) {
    throw new CannotRun(error instanceof Error ? error.message : String(error));
  }
}

function introduction({ transport, members, servers, diskMember, clockMember }: Cast, options: ChaosOptions): string {
  const over = transport === 'nats' ? `${servers.length} nats-servers` : 'plain HTTP, without a broker';
  return [
    `Chaos: ${members.length} processes elect over ${over}, for ${options.minutes} minutes, seed ${options.seed}.`,
    `The disk of ${diskMember} will be full at times, the wall clock of ${clockMember} will jump.`,
    ...(options.trustsEvents ? ['TWIN: members believe their last event, and the register has no guard.'] : []),
  ].join('\n');
}
