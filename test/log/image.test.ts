/** The bytes of a log file that saves are written over: rule 1. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { BLOCK_BYTES, decodeImage, decodeLog, encodeImage, encodeLog, encodeOverwrite } from '../../src/log/image.js';
import type { DurableState } from '../../src/log/term-log.js';
import { goLog } from './scratch.js';

const nodeId = parseNodeId('a');
const stateOf = (term: number): DurableState => ({ term, votedFor: `n${term}`, nodeId, isNew: false });

const SECTOR_BYTES = 512;

/** The image after `saves` saves, of which the first made the file: its state is `stateOf(saves)`. */
function imageAfter(saves: number): Uint8Array {
  let image = encodeLog(stateOf(1));
  for (let save = 2; save <= saves; save += 1) image = over(image, save);
  return image;
}

/** The image with save number `save` over it: of every sector that this changes, as much as `written` says, from 0 to 1. */
function over(image: Uint8Array, save: number, written: (sector: number) => number = () => 1, as = save): Uint8Array {
  const overwrite = encodeOverwrite(stateOf(save), as);
  if (overwrite === undefined) throw new Error('too long');
  const after = new Uint8Array(image);
  for (let from = 0; from < overwrite.bytes.length; from += SECTOR_BYTES) {
    const share = Math.round(written(from / SECTOR_BYTES) * SECTOR_BYTES);
    after.set(overwrite.bytes.subarray(from, from + share), overwrite.position + from);
  }
  return after;
}

function read(image: Uint8Array): number | string {
  try {
    return decodeLog(image, 'graft.log').term;
  } catch {
    return 'corrupt';
  }
}

/** For every sector of a write, how much of it reached the disk. */
const tears = fc
  .array(fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: (2 * BLOCK_BYTES) / SECTOR_BYTES,
    maxLength: (2 * BLOCK_BYTES) / SECTOR_BYTES,
  })
  .map((shares) => (sector: number) => shares[sector] ?? 0);

describe('the image of a log file', () => {
  test.each([1, 2, 3, 4])('after %i saves is one JSON object, with what Go graft looks for at its top', (saves) => {
    const image = imageAfter(saves);
    expect(image).toHaveLength(3 * BLOCK_BYTES);
    const { SHA, Data } = JSON.parse(Buffer.from(image).toString());
    const data = Buffer.from(Data, 'base64');
    expect(SHA).toBe(createHash('sha1').update(data).digest('base64'));
    expect(JSON.parse(data.toString())).toEqual({
      CurrentTerm: saves,
      VotedFor: `n${saves}`,
      NodeId: 'a',
      Save: saves,
    });
  });

  test.each([1, 2, 3, 4, 5])('after %i saves holds the last one, and where the next may be written', (saves) => {
    expect(decodeImage(imageAfter(saves), 'graft.log')).toEqual({ state: stateOf(saves), save: saves, isOurs: true });
  });

  test('has no field that Go, which does not tell capitals from small letters, could take for one of its own', () => {
    const names = Object.keys(JSON.parse(Buffer.from(imageAfter(3)).toString())).map((name) => name.toLowerCase());
    expect(names).toEqual(['a', 'sha', 'data', 'b']);
  });

  test('is left alone by a state that is too long for a block: it stands by itself, as Go would write it', () => {
    const long = { ...stateOf(1), votedFor: 'x'.repeat(BLOCK_BYTES) };
    expect(encodeOverwrite(long, 2)).toBeUndefined();
    const { bytes, save } = encodeImage(long);
    expect(save).toBeUndefined();
    expect(Object.keys(JSON.parse(Buffer.from(bytes).toString()))).toEqual(['SHA', 'Data']);
    expect(decodeImage(bytes, 'graft.log')).toEqual({ state: long, save: undefined, isOurs: false });
  });

  test('holds the longest state that fits, whatever it is, or is none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: 3_200 }), fc.nat(), (length, term) => {
        const state = { term, votedFor: 'x'.repeat(length), nodeId, isNew: true };
        const { bytes, save } = encodeImage(state);
        expect(decodeImage(bytes, 'graft.log')).toEqual({ state, save, isOurs: save === 1 });
        expect(bytes.length === 3 * BLOCK_BYTES).toBe(save === 1);
      }),
    );
  });

  test('of a file that Go graft wrote is none: it can only be replaced', async () => {
    expect(decodeImage(await goLog('later-term'), 'graft.log')).toMatchObject({ state: { term: 8 }, save: undefined });
    expect(decodeImage(new Uint8Array(), 'graft.log')).toMatchObject({ state: { isNew: true }, save: undefined });
  });

  test('of which nothing is whole is corrupt, and so is a part of one', () => {
    const image = imageAfter(3);
    expect(read(image.fill(0, 0, BLOCK_BYTES).fill(0, BLOCK_BYTES))).toBe('corrupt');
    expect(read(imageAfter(3).subarray(0, BLOCK_BYTES))).toBe('corrupt');
  });
});

describe('a write that a crash tore', () => {
  test('leaves the old state or the new, whatever reached the disk', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), tears, (saves, written) => {
        expect([saves, saves + 1]).toContain(read(over(imageAfter(saves), saves + 1, written)));
      }),
      { numRuns: 500 },
    );
  });

  test('twice in a row, when the next write is made where the first image says, leaves one of the three', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), tears, tears, (saves, first, second) => {
        const torn = over(imageAfter(saves), saves + 1, first);
        const { state, save } = decodeImage(torn, 'graft.log');
        // Who may not write over it makes a new file.
        const next = save === undefined ? torn : over(torn, save + 1, second);
        expect([state.term, state.term + 1]).toContain(read(next));
      }),
      { numRuns: 500 },
    );
  });

  test('would leave an older state than both, were it made over the copy that holds the last save', () => {
    const little = () => 0.1;
    expect(read(over(imageAfter(3), 4, little))).toBe(3);
    expect(read(over(imageAfter(3), 4, little, 5))).toBe(2);
  });

  test('and left the new state in the middle alone must not be followed by another one over it', () => {
    const middleOnly = (sector: number) => (sector < BLOCK_BYTES / SECTOR_BYTES ? 0 : 1);
    const torn = over(imageAfter(3), 4, middleOnly);
    expect(decodeImage(torn, 'graft.log')).toEqual({ state: stateOf(4), save: undefined, isOurs: true });
    // The harm: the one that follows spoils the middle, and what is left is older than what was read.
    expect(read(over(torn, 5, () => 0.1))).toBe(2);
  });
});

test('with any one bit flipped, the file says the same: there are two of each', () => {
  const image = imageAfter(4);
  for (let bit = 0; bit < image.length * 8; bit += 7) {
    const flipped = new Uint8Array(image);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(read(flipped)).toBe(4);
  }
});
