/** deploy/systemd: the unit's own command line, run with the variables of its example file, as systemd would run it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GraftProcess } from '../../cli/graft-process.js';
import { NatsServer } from '../../support/nats-server.js';
import { command, environment, settings } from './unit.js';

interface Instance {
  /** What `%i` and the like stand for. */
  readonly specifiers: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * systemd.service(5): specifiers are filled in; `${NAME}` is part of its word, whatever is in it; a word that is `$NAME`
 * becomes as many words as are in it.
 */
function wordsOf(line: string, { specifiers, variables }: Instance): readonly string[] {
  const filled = line.replace(/%(\w)/g, (_, letter) => specifiers[letter] ?? `no %${letter}`);
  return filled.split(' ').flatMap((word) => {
    const [, alone] = /^\$(\w+)$/.exec(word) ?? [];
    if (alone !== undefined) return (variables[alone] ?? '').split(/\s+/).filter((part) => part !== '');
    return [word.replace(/\$\{(\w+)\}/g, (_, name) => variables[name] ?? '')];
  });
}

test('the unit runs its program, as the leader, on a real server; SIGTERM ends the program first, then graft with code 0', async () => {
  await using server = await NatsServer.start();
  const state = await mkdtemp(join(tmpdir(), 'graft-state-'));
  onTestFinished(() => rm(state, { recursive: true }));
  const worker = join(state, 'worker.sh');
  await writeFile(
    worker,
    'trap \'echo "$1 ends"; exit 0\' TERM\necho "$1 works, token $GRAFT_TERM"\nwhile :; do sleep 0.1; done\n',
  );

  const example = Object.fromEntries(
    [...environment.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const variables = { ...example, VOTERS: 'host-a', NATS_URL: server.url, PROGRAM: `/bin/sh ${worker} reports` };
  const specifiers = { i: 'reports', S: state };
  const [program, ...args] = wordsOf(command, { specifiers, variables });
  expect([program, args.slice(-4)]).toEqual(['/usr/bin/graft', ['--', '/bin/sh', worker, 'reports']]);
  // As systemd does before it starts anything.
  const [home = ''] = wordsOf(settings.get('StateDirectory') ?? '', { specifiers, variables });
  await mkdir(join(state, home), { recursive: true });

  await using graft = await GraftProcess.start(args, { env: variables });
  await graft.says(/^reports works, token [1-9]\d*$/m);
  expect(await graft.end('SIGTERM')).toBe(0);
  expect(graft.stdout).toMatch(/^reports ends$/m);
  expect(JSON.parse(await readFile(join(state, 'graft/reports/graft.json'), 'utf8'))).toBeTypeOf('object');
});

test('twin: a command line that is not the one of graft run never comes that far', async () => {
  const variables = { VOTERS: 'host-a', ID: 'host-a', NATS_URL: 'nats://127.0.0.1:1', PROGRAM: '/bin/true' };
  const wrong = command.replace('--voters', '--voter');
  const [, ...args] = wordsOf(wrong, { specifiers: { i: 'reports', S: tmpdir() }, variables });
  await using graft = await GraftProcess.start(args, { env: variables });
  expect(await graft.end()).toBe(2);
});
