import { describe, expect, test } from 'vitest';
import { parseOptions } from './options.js';

const draw = () => 42;

describe('The command line of a chaos run', () => {
  test('runs five minutes over NATS with a seed of its own unless told otherwise', () => {
    expect(parseOptions([], draw)).toEqual({
      ...{ minutes: 5, seed: 42, transport: 'nats', out: undefined, trustsEvents: false },
    });
  });

  test('takes every option', () => {
    const args = ['--minutes', '0.75', '--seed', '7', '--transport', 'http', '--out', 'here', '--trust-events'];
    expect(parseOptions(args, draw)).toEqual({
      ...{ minutes: 0.75, seed: 7, transport: 'http', out: 'here', trustsEvents: true },
    });
  });

  test('shows its help when asked to', () => {
    expect(parseOptions(['--help'], draw)).toBeUndefined();
  });

  test.each([
    ['--minutes', '0.1', /--minutes is 0.1: give a number from 0.4 to 60/],
    ['--minutes', 'five', /--minutes is five/],
    ['--minutes', '', /--minutes is : give/],
    ['--seed', '-1', /--seed/],
    ['--seed', '1.5', /--seed is 1.5: give a whole number/],
    ['--seed', '4294967296', /--seed is 4294967296/],
    ['--transport', 'smoke', /--transport is smoke: give nats or http/],
    ['--fast', 'x', /--fast/],
  ])('refuses %s %s with the value and what to give', (name, value, says) => {
    expect(() => parseOptions([name, value], draw)).toThrow(says);
  });
});
