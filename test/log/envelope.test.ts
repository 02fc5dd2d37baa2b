/** Graft's envelope, in which a log file keeps a state: rule 1 and DESIGN section 5. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { decodeEnvelope, encodeEnvelope } from '../../src/log/envelope.js';
import type { DurableState } from '../../src/log/term-log.js';
import { goLog } from './scratch.js';

const go = { nodeId: undefined, isNew: false };
const ours: DurableState = { term: 7, votedFor: 'b', nodeId: parseNodeId('a'), isNew: true };

function sha1(data: Uint8Array | string): Buffer {
  return createHash('sha1').update(data).digest();
}

/** A file whose digest fits, whatever its data. */
function fileAround(data: Uint8Array | string): Uint8Array {
  return Buffer.from(
    JSON.stringify({ SHA: sha1(data).toString('base64'), Data: Buffer.from(data).toString('base64') }),
  );
}

function decode(bytes: Uint8Array | string): DurableState {
  return decodeEnvelope(Buffer.from(bytes), '/var/lib/graft.log').state;
}

function encode(state: DurableState): Uint8Array {
  return Buffer.from(encodeEnvelope({ state, save: undefined }));
}

describe('a log that Go graft wrote', () => {
  test.each([
    ['fresh-vote', { ...go, term: 1, votedFor: '64fa41e8a60928e055e66e4ee7' }],
    ['later-term', { ...go, term: 8, votedFor: '26a0d6ce68f5217435d1a8e9fe' }],
    ['no-vote', { ...go, term: 12, votedFor: undefined }],
    ['legacy-digest', { ...go, term: 5, votedFor: 'cdcf862a4f69d7f263d24c1abe' }],
  ])('%s is taken over, term and vote', async (name, state) => {
    expect(decode(await goLog(name))).toEqual(state);
  });

  test.each(['fresh-vote', 'later-term', 'no-vote'])('%s is written again byte for byte', async (name) => {
    const bytes = await goLog(name);
    expect(encode(decode(bytes))).toEqual(bytes);
  });

  test('with the legacy digest is written again with the digest of its data', async () => {
    const legacy = JSON.parse(Buffer.from(await goLog('legacy-digest')).toString());
    const data = Buffer.from(legacy.Data, 'base64');
    expect(encode(decode(await goLog('legacy-digest')))).toEqual(fileAround(data));
  });

  test.each([
    ['large-term', '9007199254740993'],
    ['max-term', '18446744073709551615'],
  ])('%s is refused with the exact digits of its term', async (name, digits) => {
    const bytes = await goLog(name);
    expect(() => decode(bytes)).toThrow(
      expect.objectContaining({ code: 'LOG_TERM_TOO_LARGE', message: expect.stringContaining(` ${digits},`) }),
    );
  });

  test.each(['truncated', 'flipped-byte'])('%s is refused as corrupt', async (name) => {
    const bytes = await goLog(name);
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 'LOG_CORRUPT' }));
  });

  test('escapes what Go escapes in a vote, so that a log taken over keeps its bytes', () => {
    const data = String.raw`{"CurrentTerm":1,"VotedFor":"\u003cb\u003e \u0026 \u2028\u2029 \"\\ é"}`;
    const bytes = fileAround(data);
    expect(decode(bytes).votedFor).toBe('<b> & \u2028\u2029 "\\ é');
    expect(encode(decode(bytes))).toEqual(bytes);
  });
});

describe('a term', () => {
  test.each([
    ['0', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s is read exactly', (digits, term) => {
    expect(decode(fileAround(`{"CurrentTerm":${digits},"VotedFor":""}`)).term).toBe(term);
  });

  test('is found where JSON has it, spaces, escapes, numbers in strings and other fields aside', () => {
    const data = String.raw` { "x":[{"CurrentTerm":1}], "VotedFor":"\"CurrentTerm\":2", "\u0043urrentTerm" : 3 } `;
    expect(decode(fileAround(data)).term).toBe(3);
  });

  test.each(['9007199254740992', '9007199254740993', '18446744073709551615', '18446744073709551616', '9'.repeat(400)])(
    '%s is refused, not rounded',
    (digits) => {
      expect(() => decode(fileAround(`{"CurrentTerm":${digits},"VotedFor":""}`))).toThrow(
        expect.objectContaining({ code: 'LOG_TERM_TOO_LARGE', message: expect.stringContaining(` ${digits},`) }),
      );
    },
  );

  test.each([
    '-1',
    '-0',
    '1.5',
    '7.0',
    '7.00000000000000001',
    '9007199254740991.4',
    '1e3',
    '"7"',
    'null',
    'true',
    '[7]',
  ])('%s is corrupt', (term) => {
    expect(() => decode(fileAround(`{"CurrentTerm":${term},"VotedFor":""}`))).toThrow(
      expect.objectContaining({
        code: 'LOG_CORRUPT',
        message: expect.stringContaining('expected a whole number from 0 in CurrentTerm, found '),
      }),
    );
  });

  test.each([-1, 1.5, 2 ** 53, Number.NaN])('%s is not written', (term) => {
    expect(() => encode({ ...ours, term })).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});

describe('a corrupt file is named, with what was expected and what was found', () => {
  const data = '{"CurrentTerm":7,"VotedFor":"b"}';
  const base64 = Buffer.from(data).toString('base64');
  const digest = sha1(data).toString('base64');

  test.each<[what: string, file: Uint8Array | string, expected: string, found: string]>([
    ['text', 'graft', 'JSON in the file', '5 bytes that are none'],
    ['zeros, as left by some file systems after a power cut', new Uint8Array(8), 'JSON in the file', '8 bytes'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'JSON in the file', '3 bytes'],
    ['null', 'null', 'a JSON object in the file', 'null'],
    ['an array', '[]', 'a JSON object in the file', 'an array'],
    ['no SHA', `{"Data":"${base64}"}`, 'base64 in SHA', 'undefined'],
    ['no Data', `{"SHA":"${digest}"}`, 'base64 in Data', 'undefined'],
    ['a SHA of another type', `{"SHA":7,"Data":"${base64}"}`, 'base64 in SHA', '7'],
    ['Data of another type', `{"SHA":"${digest}","Data":{}}`, 'base64 in Data', 'an object'],
    ['a SHA that is no base64', `{"SHA":"~","Data":"${base64}"}`, 'base64 in SHA', '"~"'],
    [
      'Data that is no base64',
      `{"SHA":"${digest}","Data":"${base64.slice(1)}"}`,
      'base64 in Data',
      `"${base64.slice(1)}"`,
    ],
    ['another digest', `{"SHA":"${sha1('').toString('base64')}","Data":"${base64}"}`, `SHA ${digest}`, '"2jmj7l5r'],
    ['no digest', `{"SHA":"","Data":"${base64}"}`, `SHA ${digest}`, '""'],
    ['Data that is no JSON', fileAround('{'), 'JSON in Data', '1 bytes that are none'],
    ['Data that is no object', fileAround('7'), 'a JSON object in Data', '7'],
    ['no term', fileAround('{"VotedFor":"b"}'), 'a whole number from 0 in CurrentTerm', 'undefined'],
    ['no vote', fileAround('{"CurrentTerm":7}'), 'a string in VotedFor', 'undefined'],
    ['a vote of another type', fileAround('{"CurrentTerm":7,"VotedFor":null}'), 'a string in VotedFor', 'null'],
    ['a bad id', fileAround('{"CurrentTerm":7,"VotedFor":"","NodeId":"a.>"}'), 'no NodeId or a valid one', '"a.>"'],
    ['an empty id', fileAround('{"CurrentTerm":7,"VotedFor":"","NodeId":""}'), 'no NodeId or a valid one', '""'],
    ['a New of another type', fileAround('{"CurrentTerm":7,"VotedFor":"","New":1}'), 'no New or a boolean one', '1'],
    ['a Save that is none', fileAround('{"CurrentTerm":7,"VotedFor":"","Save":0}'), 'no Save or a whole number', '0'],
  ])('%s', (_what, file, expected, found) => {
    expect(() => decode(file)).toThrow(
      expect.objectContaining({
        code: 'LOG_CORRUPT',
        message: expect.stringContaining(`log /var/lib/graft.log is corrupt: expected ${expected}`),
      }),
    );
    expect(() => decode(file)).toThrow(`, found ${found}`);
  });
});

describe('a state of ours', () => {
  test('has its node id and the owed wait after what Go writes', () => {
    const data = '{"CurrentTerm":7,"VotedFor":"b","NodeId":"a","New":true}';
    expect(Buffer.from(encode(ours)).toString()).toBe(Buffer.from(fileAround(data)).toString());
  });

  test('may have the number of its save, where it is one of several', () => {
    const data = '{"CurrentTerm":7,"VotedFor":"b","NodeId":"a","New":true,"Save":12}';
    expect(encodeEnvelope({ state: ours, save: 12 })).toBe(Buffer.from(fileAround(data)).toString());
    expect(decodeEnvelope(fileAround(data), 'graft.log')).toEqual({ state: ours, save: 12 });
  });

  test('says nothing of a wait that is over', () => {
    const data = '{"CurrentTerm":7,"VotedFor":"","NodeId":"a"}';
    expect(encode({ ...ours, votedFor: undefined, isNew: false })).toEqual(fileAround(data));
  });

  test('may come with fields of a later version', () => {
    const data = '{"CurrentTerm":7,"VotedFor":"b","NodeId":"a","New":true,"Later":{"x":[1,2]}}';
    expect(decode(fileAround(data))).toEqual(ours);
  });

  const states = fc.record({
    term: fc.maxSafeNat(),
    votedFor: fc.option(fc.string({ unit: 'binary', minLength: 1 }), { nil: undefined }),
    nodeId: fc.option(
      fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/).map((id) => parseNodeId(id)),
      { nil: undefined },
    ),
    isNew: fc.boolean(),
  });

  test('is read as it was written, whatever it is', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(decode(encode(state))).toEqual(state);
      }),
    );
  });

  test('with any one bit of its file flipped is refused, or read as it was', () => {
    fc.assert(
      fc.property(states, (state) => {
        const bytes = encode(state);
        for (let bit = 0; bit < bytes.length * 8; bit += 1) expectSameOrRefused(flipped(bytes, bit), state);
      }),
      { numRuns: 20 },
    );
  });
});

test.each(['later-term', 'legacy-digest'])(
  '%s with any one bit flipped is refused, or read as it was',
  async (name) => {
    const bytes = await goLog(name);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) expectSameOrRefused(flipped(bytes, bit), decode(bytes));
  },
);

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

function expectSameOrRefused(bytes: Uint8Array, state: DurableState): void {
  let read: DurableState;
  try {
    read = decode(bytes);
  } catch (error) {
    expect(error).toMatchObject({ code: 'LOG_CORRUPT' });
    return;
  }
  expect(read).toEqual(state);
}
