import { describe, expect, test } from 'vitest';
import { type Flags, parseFlags } from '../../src/cli/flags.js';

const FLAGS: Flags = {
  server: { short: 's', value: 'URL', env: 'NATS_URL', help: 'where' },
  voters: { value: 'IDS', help: 'who' },
  grace: { value: 'TIME', help: 'how long' },
  size: { value: 'N', help: 'how many' },
  json: { help: 'as JSON' },
};
const parse = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => parseFlags(FLAGS, args, env);

describe('the command line', () => {
  test('goes over the environment, and an empty value is none', () => {
    expect(parse([], { NATS_URL: 'n1' }).text('server')).toBe('n1');
    expect(parse(['-s', 'n2'], { NATS_URL: 'n1' }).text('server')).toBe('n2');
    expect(parse(['--server=n3']).text('server')).toBe('n3');
    expect(parse([], { NATS_URL: '' }).text('server')).toBeUndefined();
    expect(parse(['--json', 'word']).switch('json')).toBe(true);
  });

  test.each([
    [['--nothing'], /--nothing/],
    [['--voters'], /--voters/],
    [['--json=yes'], /--json/],
  ])('%j is refused, and named', (args, text) => {
    expect(() => parse(args)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(text) }),
    );
  });

  test('has lists, numbers and durations, and names what is none', () => {
    expect(parse(['--voters', 'a, b,c']).list('voters')).toEqual(['a', 'b', 'c']);
    expect(parse(['--size', '3']).count('size', { min: 1, max: 255 })).toBe(3);
    const durations = ['250ms', '1.5s', '2m', '1h'].map((text) => parse(['--grace', text]).durationMs('grace'));
    expect(durations).toEqual([250, 1_500, 120_000, 3_600_000]);
    for (const text of ['5', '5 s', '-1s', 's', '1e3s']) {
      expect(() => parse([`--grace=${text}`]).durationMs('grace')).toThrow('give a duration');
    }
    for (const text of ['0', '256', '1.5', 'x']) {
      expect(() => parse(['--size', text]).count('size', { min: 1, max: 255 })).toThrow('from 1 to 255');
    }
    expect(() => parse([]).required('voters')).toThrow('--voters IDS is missing');
  });
});
