// What may be an id, and what stands in an error message, and so in a log or on a terminal, though it came from the wire.
import { expect, describe as suite, test } from 'vitest';
import { describe, isNodeId } from '../../src/core/names.js';

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

suite('an id is 1 to 128 letters, digits, "_" and "-"', () => {
  const ID = /^[A-Za-z0-9_-]{1,128}$/;

  test('of all strings of one unit, those', () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    expect(units.filter(isNodeId).join('')).toBe('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz');
  });

  test('wherever in it the unit stands that is none of those, and however long it is', () => {
    for (let length = 0; length <= 130; length++) {
      const id = 'a'.repeat(length);
      expect(isNodeId(id), `${length} letters`).toBe(ID.test(id));
      for (let at = 0; at < length; at++) expect(isNodeId(`${id.slice(0, at)}.${id.slice(at + 1)}`)).toBe(false);
    }
  });

  test.each([undefined, null, 7, ['a'], { length: 1 }])('and no other value: %o', (value) => {
    expect(isNodeId(value)).toBe(false);
  });
});
