import type { Source } from './source.js';
import type { OpenTarget, Target } from './target.js';

/** A target with something wrong with it: a fuzzer that takes no notice would take none anywhere. */
function canary(name: string, purpose: string, feed: (bytes: Uint8Array, source: Source) => string): Target {
  const open: OpenTarget = {
    feed: (source) => feed(source.bytes(source.size(64)), source),
    inspect: () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return { name, purpose, inspectEvery: 1_000, open: async () => open };
}

/** One case in some thousands. */
function isRare(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0xff && (bytes[1] ?? 0) > 0xf0;
}

const kept: number[][] = [];

/** Each must be found. */
export const CANARIES: readonly Target[] = [
  canary('canary-crash', 'throws what is no refusal', (bytes) => {
    if (isRare(bytes)) throw new TypeError('planted');
    return 'taken';
  }),
  canary('canary-late-crash', 'throws when nobody listens any more', (bytes) => {
    if (isRare(bytes)) {
      setImmediate(() => {
        throw new TypeError('planted');
      });
    }
    return 'taken';
  }),
  canary('canary-hang', 'never comes back', (bytes) => {
    while (isRare(bytes));
    return 'taken';
  }),
  canary('canary-growth', 'keeps what it is given', (_bytes, source) => {
    kept.push(Array<number>(4_000).fill(source.below(10)));
    return 'taken';
  }),
];
