// docs/observability.md: its programs run and print what stands below them, and its tables say what the code says.
import * as prom from 'prom-client';
import { describe, expect, test } from 'vitest';
import { NodeMetrics } from '../../src/metrics/node-metrics.js';
import { asFiles, codeBlocks } from './code-blocks.js';
import { readPage } from './pages.js';
import { RunningService } from './running-service.js';
import { membersOf } from './source-types.js';
import { UserProject } from './user-project.js';

const { path, text } = await readPage('docs/observability.md');
const blocks = codeBlocks(path, text);
const programs = blocks.filter(({ language }) => language === 'ts');

/** What the first cells of the table under `heading` name in backticks. */
function namesUnder(heading: string): readonly string[] {
  const section = text.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([\w:-]+)` \|/gm)].map(([, name = '']) => name);
}

describe('the code', () => {
  test('compiles under strict options, against the types of this library, of prom-client and of pino', async () => {
    await using project = await UserProject.create();
    expect(programs).toHaveLength(3);
    expect(await project.complaints(asFiles(programs))).toBe('');
  });

  test.each(programs.filter(({ mark }) => mark === 'runs: as printed below'))(
    'at line $line prints what stands below it',
    async (block) => {
      await using project = await UserProject.create();
      const program = await project.program('shown', block.code);
      await using service = new RunningService(program, [], project.folder);
      expect(await service.end(), service.output).toBe(0);
      expect(service.output).toBe(blocks[blocks.indexOf(block) + 1]?.code);
    },
  );
});

describe('the tables', () => {
  test('list every metric that there is, with its type, and no other', async () => {
    const registry = new prom.Registry();
    new NodeMetrics({ prom, registry });
    const types = (await registry.getMetricsAsJSON()).map(({ name, type }) => `${name} ${type}`);
    const listed = [...text.matchAll(/^\| `(graft_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
    expect([...listed].sort()).toEqual(types.sort());
  });

  test('list every channel, and every reason to refuse, and no other', async () => {
    const channels = await membersOf(
      'node/trace-events.ts',
      /^export interface TraceEvents/m,
      /^ {2}readonly '([\w:-]+)'/gm,
    );
    expect(channels.length).toBeGreaterThan(5);
    expect([...namesUnder('Tracing')].sort()).toEqual([...channels].sort());
    const refusals = await membersOf('core/refusal.ts', /^export type Refusal/m, /^ {2}\| '(\w+)'/gm);
    expect(refusals.length).toBeGreaterThan(4);
    expect([...namesUnder('Why votes are refused')].sort()).toEqual([...refusals].sort());
  });
});
