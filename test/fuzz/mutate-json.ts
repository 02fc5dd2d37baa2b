import { mutateBytes } from './mutate-bytes.js';
import type { Source } from './source.js';

/** Text that JSON.stringify would never write: numbers that are rounded, depth, keys twice, and what is not JSON at all. */
const RAW_VALUES = [
  ...['9007199254740993', '18446744073709551615', '-0', '1e400', '-1', '0.5', '1e-400', '1E3'],
  ...['""', '"\\u0000"', '"\\ud800"', '"../../etc"', '"a b"', '"*"', '{}', '[]', 'null', 'true', 'false'],
  ...['NaN', 'undefined', "'a'", '01', '0x10', '"\\x41"'],
];
const KEYS = ['__proto__', 'constructor', 'toString', 'length', '', 'a.b', '\u2028', 'term', 'Term'];

/** The text of a JSON object that is like `fields`, and not quite. */
export function mutateJson(fields: Readonly<Record<string, unknown>>, source: Source): Uint8Array {
  const members = Object.entries(fields).map(([key, value]) => [JSON.stringify(key), JSON.stringify(value) ?? 'null']);
  for (let left = source.below(4); left > 0; left--) {
    const at = source.below(members.length + 1);
    const member = [source.chance(0.7) ? keyOf(members, source) : JSON.stringify(source.pick(KEYS)), value(source)];
    members.splice(at, source.below(2), member);
  }
  const text = `{${members.map(([key, text]) => `${key}:${text}`).join(',')}}`;
  const bytes = Buffer.from(wrapped(text, source));
  return source.chance(0.3) ? mutateBytes(bytes, source, 2) : bytes;
}

function keyOf(members: readonly (readonly (string | undefined)[])[], source: Source): string {
  return (members.length === 0 ? undefined : source.pick(members)[0]) ?? '"term"';
}

function value(source: Source): string {
  switch (source.below(6)) {
    case 0: {
      const depth = source.size(40_000);
      return `${'['.repeat(depth)}${source.chance(0.8) ? ']'.repeat(depth) : ''}`;
    }
    case 1:
      return JSON.stringify('x'.repeat(source.size(90_000)));
    case 2:
      return String(source.below(2 ** 31) * source.below(2 ** 31));
    case 3:
      return '9'.repeat(1 + source.size(2_000));
    default:
      return source.pick(RAW_VALUES);
  }
}

function wrapped(text: string, source: Source): string {
  switch (source.below(12)) {
    case 0:
      return `\ufeff${text}`;
    case 1:
      return `[${text}]`;
    case 2:
      return `${text}${text}`;
    case 3:
      return ` \n${text}\t `;
    default:
      return text;
  }
}
