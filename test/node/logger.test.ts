/** The option `logger`: with the real pino, with the real console, and with what goes wrong in a logger. */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import type { LoggerLike } from '../../src/node/logger.js';
import { processWarnings, Sim } from './sim.js';

/** What was written to a stream, as text. */
function sink(): { readonly stream: Writable; text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

/** The life of a single voter: it is elected, hears something malformed, and closes. */
async function live(logger: LoggerLike | undefined): Promise<Sim> {
  const sim = new Sim(['a']);
  const { node } = await sim.start('a', { logger, handler: {} });
  await sim.clock.advanceUntil(() => node.isLeader(), 5000);
  sim.inject('a', Uint8Array.of(0xff));
  await sim.clock.advance(10);
  await sim.run(node.close());
  return sim;
}

describe('with pino', () => {
  test('each line has its text as msg and the rest as fields, the error as err', async () => {
    const { stream, text } = sink();
    await live(pino({ level: 'debug' }, stream));
    const lines: readonly Record<string, unknown>[] = text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ msg }) => msg)).toEqual([
      'graft test/a: FOLLOWER -> PRE_CANDIDATE in term 0 (electionTimeout)',
      'graft test/a: PRE_CANDIDATE -> CANDIDATE in term 1 (won)',
      'graft test/a: CANDIDATE -> LEADER in term 1 (won)',
      'graft test/a: a leads in term 1',
      expect.stringMatching(/^graft test\/a: MALFORMED_MESSAGE: /),
      'graft test/a: LEADER -> FOLLOWER in term 1 (steppedDown)',
      'graft test/a: no leader is known in term 1',
      'graft test/a: FOLLOWER -> CLOSED in term 1 (closed)',
    ]);
    for (const line of lines) expect(line).toMatchObject({ cluster: 'test', id: 'a' });
    expect(lines[2]).toMatchObject({ level: 30, from: 'CANDIDATE', to: 'LEADER', term: 1, reason: 'won' });
    expect(lines[4]).toMatchObject({
      level: 40,
      code: 'MALFORMED_MESSAGE',
      err: { type: 'GraftError', code: 'MALFORMED_MESSAGE', stack: expect.any(String) },
    });
  });

  test("and the level that it is set to holds: at info, none of a candidate's steps", async () => {
    const { stream, text } = sink();
    await live(pino(stream));
    expect(text()).toContain('CANDIDATE -> LEADER');
    expect(text()).not.toContain('PRE_CANDIDATE');
  });
});

describe('with console', () => {
  test('each line begins with its text, and the fields follow', async () => {
    const [out, err] = [sink(), sink()];
    await live(new Console({ stdout: out.stream, stderr: err.stream }));
    expect(out.text()).toMatch(/^graft test\/a: CANDIDATE -> LEADER in term 1 \(won\) \{\n? *cluster: 'test',/m);
    expect(err.text()).toMatch(/^graft test\/a: MALFORMED_MESSAGE: /);
    expect(err.text()).toContain("code: 'MALFORMED_MESSAGE'");
  });

  test('the global one is taken as it is', async () => {
    const [info] = (['info', 'warn', 'debug'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    await live(console);
    expect(info).toHaveBeenCalledWith('graft test/a: CANDIDATE -> LEADER in term 1 (won)', expect.anything());
    vi.restoreAllMocks();
  });
});

describe('what is logged', () => {
  test('a leadership that is lost against the will of its node is a warning', async () => {
    const { stream, text } = sink();
    const sim = new Sim();
    const { leader } = await sim.elect(() => ({ logger: pino(stream) }));
    sim.network.isolate(leader.node.id);
    await sim.clock.advance(1000);
    const lines = text().trim().split('\n');
    const loss = lines.find((line) => line.includes('LEADER -> FOLLOWER'));
    expect(JSON.parse(loss ?? '{}')).toMatchObject({ level: 40, id: leader.node.id, reason: 'leaseExpired' });
  });

  test('an error that is logged is no warning of the process; twin: without a logger it is one', async () => {
    const warnings = processWarnings();
    const { stream, text } = sink();
    await live(pino(stream));
    await new Promise(setImmediate);
    expect(text()).toContain('MALFORMED_MESSAGE');
    expect(warnings).toEqual([]);
    await live(undefined);
    await new Promise(setImmediate);
    expect(warnings.map(({ code }) => code)).toEqual(['MALFORMED_MESSAGE']);
  });
});

describe('a logger that', () => {
  const broken = {
    debug() {},
    info() {
      throw new Error('disk full');
    },
    warn() {},
    error() {
      throw new Error('disk full');
    },
  };

  test('throws harms nothing, and is told on once a second', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect(() => ({ logger: broken }));
    expect(leader.node.isLeader()).toBe(true);
    expect(leader.told.codes).toEqual(['HANDLER_FAILED']);
    expect(leader.told.errors[0]?.message).toBe('logger failed: disk full');
  });

  test.each([
    ['nothing', null],
    ['a function', console.log],
    ['no level to warn at', { debug() {}, info() {}, error() {} }],
  ])('is %s is refused before anything is opened', async (_what, logger) => {
    const sim = new Sim(['a']);
    const options = { ...sim.options('a'), logger };
    const { Node } = await import('../../src/node/node.js');
    await expect(Reflect.apply(Node.start, Node, [options])).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('give console, or pino'),
    });
  });
});
