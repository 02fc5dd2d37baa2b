// What stands in an error message, and so in a log or on a terminal, though it came from the wire.
import { expect, describe as suite, test } from 'vitest';
import { describe } from '../../src/core/names.js';

suite('a value in a message', () => {
  test('is quoted, and cut', () => {
    expect(describe('a"b')).toBe('"a\\"b"');
    expect(describe('x'.repeat(1000))).toBe(`"${'x'.repeat(128)}…"`);
  });

  test.each([
    ['a new line', '\n', '\\n'],
    ['an escape', '\u001b[2J', '\\u001b[2J'],
    ['an escape of one byte, as terminals take too', '\u009b2J', '\\u009b2J'],
    ['a new line of Unicode’s, at which readers of logs part lines', '\u2028', '\\u2028'],
    ['the next line of C1', '\u0085', '\\u0085'],
    ['what turns the rest of the line around', '\u202e', '\\u202e'],
    ['what is not seen, beyond the first plane', '\u{e0041}', '\\udb40\\udc41'],
    ['delete', '\u007f', '\\u007f'],
  ])('holds %s only escaped', (_name, hostile, shown) => {
    expect(describe(`a${hostile}b`)).toBe(`"a${shown}b"`);
  });

  test('keeps letters of all languages', () => {
    expect(describe('Zürich 東京 🙂')).toBe('"Zürich 東京 🙂"');
  });
});
