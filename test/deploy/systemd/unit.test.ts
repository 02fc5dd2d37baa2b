/** deploy/systemd: what docs/systemd.md says of the unit, and systemd's own opinion where there is one. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../../src/cli/commands/run.js';
import { parseFlags } from '../../../src/cli/flags.js';
import { STEP_DOWN_LIMIT_MS } from '../../../src/client/cluster-client.js';
import { DEFAULT_TIMINGS } from '../../../src/core/options.js';
import { command, environment, settings, unit } from './unit.js';

const execute = promisify(execFile);

function seconds(text: string | undefined): number {
  const [, digits] = /^(\d+)s$/.exec(text ?? '') ?? [];
  return Number(digits);
}

/** systemd-analyze, on a copy of the unit whose program is there. @returns its exit code and what it says. */
async function analyze(text: string, ...args: readonly string[]): Promise<{ code: number | 'none'; output: string }> {
  const home = await mkdtemp(join(tmpdir(), 'graft-unit-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const file = join(home, 'graft@.service');
  await writeFile(file, text.replace('/usr/bin/graft', process.execPath));
  try {
    const { stdout, stderr } = await execute('systemd-analyze', [...args, file]);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOENT') return { code: 'none', output: '' };
    return { code: Number(error.code), output: `${Reflect.get(error, 'stdout')}${Reflect.get(error, 'stderr')}` };
  }
}

describe('the unit', () => {
  test('is valid by systemd-analyze, where there is one; twin: a wrong value is not', async ({ annotate }) => {
    const { code, output } = await analyze(unit, 'verify');
    if (code === 'none') {
      await annotate('systemd-analyze is not installed: only the settings below were checked');
      expect(unit.match(/^\[\w+\]$/gm)).toEqual(['[Unit]', '[Service]', '[Install]']);
      return;
    }
    expect(output).toBe('');
    expect(code).toBe(0);
    const wrong = await analyze(unit.replace('KillMode=mixed', 'KillMode=mild'), 'verify');
    expect(wrong.output).toMatch(/kill mode specification/);
  });

  test('is exposed to little, by systemd-analyze security, where there is one that looks at files', async ({
    annotate,
  }) => {
    const { code, output } = await analyze(unit, 'security', '--offline=true', '--threshold=20');
    if (code === 'none' || output.includes('unrecognized option')) {
      await annotate('systemd-analyze is not installed, or too old');
      expect(settings.get('ProtectSystem')).toBe('strict');
      return;
    }
    expect(code, output).toBe(0);
    const bare = unit.replace(/^(?:Protect|Restrict|Private|SystemCall|Capability|NoNew|DynamicUser).*$/gm, '');
    expect((await analyze(bare, 'security', '--offline=true', '--threshold=20')).code).not.toBe(0);
  });

  test('orders what graft run has options for', () => {
    const [, options = ''] = /^\/usr\/bin\/graft run (.*) -- \$PROGRAM$/.exec(command) ?? [];
    const flags = Object.assign({}, ...runCommand.flags.map((group) => group.flags));
    const given = parseFlags(flags, options.split(' '), {});
    expect(given.words).toEqual([]);
    expect(given.required('cluster')).toBe('%i');
    expect(given.durationMs('grace')).toBe(20_000);
  });

  test('sends SIGTERM to graft run alone, and waits for longer than it may take to end', () => {
    expect(settings.get('KillMode')).toBe('mixed');
    const [, grace] = /--grace (\d+s) /.exec(command) ?? [];
    const { electionTimeoutMaxMs } = DEFAULT_TIMINGS;
    // The program's grace and two seconds for killing it; a successor; a driver and a disk that hang.
    const longest = seconds(grace) + 2 + electionTimeoutMaxMs / 1000 + 2 + 2;
    expect(longest).toBeGreaterThan(0);
    expect(seconds(settings.get('TimeoutStopSec'))).toBeGreaterThan(longest);
    // Who has it step down hears of the end.
    expect(STEP_DOWN_LIMIT_MS / 1000).toBeGreaterThan(longest);
  });

  test('keeps the log where systemd keeps the state of a service', () => {
    expect(settings.get('StateDirectory')).toBe('graft/%i');
    expect(command).toContain('--log %S/graft/%i/graft.json ');
  });

  test('comes back after whatever ends it, for ever', () => {
    expect(settings.get('Restart')).toBe('always');
    expect(settings.get('StartLimitIntervalSec')).toBe('0');
  });

  test('leaves V8 its compiler', () => {
    expect(settings.has('MemoryDenyWriteExecute')).toBe(false);
  });

  test('reads every variable of its example file, and no other', () => {
    const given = [...environment.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const used = [...command.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
    expect(used.sort()).toEqual(given.sort());
    const [, voters, id] = /^VOTERS=(.*)\nID=(.*)$/m.exec(environment) ?? [];
    expect(voters?.split(',')).toContain(id);
  });
});
