// What the README shows is what a newcomer types: every piece of code in it is compiled, and what can run is run.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { NatsServer } from '../support/nats-server.js';
import { asFiles, type CodeBlock, codeBlocks } from './code-blocks.js';
import { readPage } from './pages.js';
import { RunningService } from './running-service.js';
import { UserProject } from './user-project.js';

/** Besides code: commands to type, statements for a database, a server's configuration, and what a program prints. */
const NO_PROGRAMS = ['sh', 'sql', 'text', ''];

const { path, text } = await readPage('README.md');
const blocks = codeBlocks(path, text);
const programs = blocks.filter(({ language }) => !NO_PROGRAMS.includes(language));

function marked(mark: string): readonly CodeBlock[] {
  return programs.filter((block) => block.mark === mark);
}

describe('the code in the README', () => {
  test('is TypeScript, and each piece says whether it is checked or also run', () => {
    expect(programs).not.toHaveLength(0);
    expect([...new Set(programs.map(({ language }) => language))]).toEqual(['ts']);
    for (const { line, mark = '' } of programs) {
      expect(mark, `line ${line}`).toMatch(/^(?:checked: .*|runs: three processes|runs: as printed below)$/);
    }
  });

  test('compiles under strict options, against the types of this library', async () => {
    await using project = await UserProject.create();
    expect(await project.complaints(asFiles(programs))).toBe('');
  });

  test('twin: code that does not fit the library is complained about', async () => {
    await using project = await UserProject.create();
    const complaints = await project.complaints(
      new Map([
        ['wrong.ts', "import { Node } from 'graft-election';\nawait Node.start({ id: undefined, voters: ['a'] });\n"],
        ['right.ts', "import { GraftError } from 'graft-election';\nconsole.log(GraftError.name);\n"],
      ]),
    );
    expect(complaints).toMatch(/wrong\.ts\(2,/);
    expect(complaints).not.toContain('right.ts');
  });

  test.each(marked('runs: as printed below'))('at line $line prints what stands below it', async (block) => {
    await using project = await UserProject.create();
    await using service = new RunningService(await project.program('shown', block.code), [], project.folder);
    expect(await service.end(), service.output).toBe(0);
    const printed = blocks[blocks.indexOf(block) + 1];
    expect(printed?.language).toBe('text');
    expect(service.output).toBe(printed?.code);
  });

  test('in the first example: three processes over a real nats-server, one leads; after kill -9 and after SIGTERM another one', async () => {
    const [block] = marked('runs: three processes');
    await using server = await NatsServer.start();
    await using project = await UserProject.create();
    const address = 'nats://127.0.0.1:4222';
    expect(block?.code).toContain(address);
    const program = await project.program('service', block?.code.replace(address, server.url) ?? '');
    const folder = join(project.folder, 'logs');
    await mkdir(folder);

    await using a = new RunningService(program, ['a'], folder);
    await using b = new RunningService(program, ['b'], folder);
    await using c = new RunningService(program, ['c'], folder);
    const services = { a, b, c };
    const killed = await newLeader(services, 0);
    await services[killed.id].end('SIGKILL');
    const retired = await newLeader(services, killed.term);
    // With one of three gone, the handover needs both of the others, and is the last election that can succeed.
    const { output } = services[retired.id];
    expect(await services[retired.id].end('SIGTERM'), output).toBe(0);
    const last = await newLeader(services, retired.term);
    expect(new Set([killed.id, retired.id, last.id]).size).toBe(3);
  });
});

interface Reign {
  readonly id: 'a' | 'b' | 'c';
  readonly term: number;
}

/** Who was the last to print that it leads, in a later term than `formerTerm`; no two ever print the same term. */
async function newLeader(services: Readonly<Record<Reign['id'], RunningService>>, formerTerm: number): Promise<Reign> {
  return await vi.waitFor(
    () => {
      const reigns = (['a', 'b', 'c'] as const).flatMap((id) =>
        [...services[id].output.matchAll(/^(\w) leads term (\d+)$/gm)].map(([, says, term]) => {
          expect(says).toBe(id);
          return { id, term: Number(term) };
        }),
      );
      expect(new Set(reigns.map(({ term }) => term)).size).toBe(reigns.length);
      const newest = reigns.sort((one, other) => one.term - other.term).at(-1);
      if (newest === undefined || newest.term <= formerTerm) throw new Error('nobody new says that it leads');
      return newest;
    },
    { timeout: 30_000, interval: 20 },
  );
}
