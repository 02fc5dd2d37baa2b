// What arrives as an answer was written by somebody else: it is read once, wholly, or it is nothing.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Round } from '../../src/client/cluster-status.js';
import { parseClusterName } from '../../src/core/names.js';
import { isRefusal, MAX_ANSWER_BYTES, readArrival } from '../../src/drivers/control/node-report.js';
import { decodeQuestion, encodeQuestion, MAX_QUESTION_BYTES } from '../../src/drivers/control/question.js';

const jobs = parseClusterName('jobs');

const SPREAD = { count: 300, p50Ms: 0.4, p99Ms: 2, recurringMs: 5, longestMs: 9 };

/** What a node that leads answers. */
const LEADER = {
  ...{ v: 1, id: 'a', cluster: 'jobs', version: '0.1.0', voters: ['a', 'b', 'c'], size: 3, state: 'LEADER', term: 7 },
  ...{ leader: 'a', isLeader: true, leaseLeftMs: 430.5, heir: 'b', priority: 1, observer: false, interop: false },
  ...{ incarnation: 11, uptimeMs: 60_000, errors: { LOG_WRITE_FAILED: 2 }, vote: 'a' },
  timings: {
    ...{ electionTimeoutMinMs: 500, electionTimeoutMaxMs: 1000, heartbeatIntervalMs: 100, requestIntervalMs: 30 },
    maxClockDrift: 0.05,
  },
  measured: { roundTrip: SPREAD, eventLoopDelay: SPREAD, persist: SPREAD },
};

function read(answer: unknown) {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return readArrival({ payload: new TextEncoder().encode(text), roundTripMs: 1.5 }, jobs);
}

describe('an answer', () => {
  test('of a node is read whole', () => {
    const { v: _v, cluster: _cluster, vote: _vote, ...said } = LEADER;
    expect(read(LEADER)).toEqual({ ...said, roundTripMs: 1.5 });
  });

  test('without a lease, as in interop mode, says that it never ends', () => {
    expect(read({ ...LEADER, leaseLeftMs: null })).toMatchObject({ leaseLeftMs: Number.POSITIVE_INFINITY });
  });

  test('of an older version, which tells no timings, is read all the same', () => {
    const { timings: _timings, measured: _measured, ...said } = LEADER;
    expect(read(said)).toMatchObject({ id: 'a', timings: undefined, measured: undefined });
  });

  test('with fields that this version does not know is read without them', () => {
    expect(read({ ...LEADER, mood: 'good' })).toEqual(read(LEADER));
  });

  test.each([
    ...[{ v: 2 }, { v: undefined }, { cluster: 'bills' }, { id: 'a b' }, { id: undefined }, { version: '\u001b[2J' }],
    ...[{ voters: 'a' }, { voters: ['a', ''] }, { size: -1 }, { state: 'KING' }, { term: 1.5 }, { term: '7' }],
    ...[{ leader: 'a.b' }, { isLeader: 'yes' }, { leaseLeftMs: -1 }, { heir: 7 }, { observer: undefined }],
    ...[{ incarnation: 2 ** 60 }, { uptimeMs: 'long' }, { timings: 7 }, { timings: null }, { timings: {} }],
    ...[
      { timings: { ...LEADER.timings, heartbeatIntervalMs: 0 } },
      { timings: { ...LEADER.timings, maxClockDrift: 1 } },
    ],
    ...[{ measured: [] }, { measured: { ...LEADER.measured, persist: { ...SPREAD, p99Ms: '2' } } }],
    ...[{ measured: { ...LEADER.measured, roundTrip: { ...SPREAD, count: -1 } } }],
  ])('with %j in it is nothing', (wrong) => {
    expect(read({ ...LEADER, ...wrong })).toBeUndefined();
  });

  test('that is too long, or no JSON object, is nothing', () => {
    expect(read({ ...LEADER, filler: 'x'.repeat(MAX_ANSWER_BYTES) })).toBeUndefined();
    for (const text of ['', 'null', '7', '[]', '{', '{"__proto__":{"v":1}}']) expect(read(text), text).toBeUndefined();
  });

  test('that refuses names why; a reason that is unknown here is a refusal all the same, its text made harmless', () => {
    const refusal = { v: 1, id: 'a', cluster: 'jobs', error: 'noHeir', message: 'nobody' };
    expect(read(refusal)).toEqual({ id: 'a', error: 'noHeir', message: 'nobody' });
    expect(read({ ...refusal, error: 'tooTired', message: 'no\u001b[31m' })).toEqual({
      ...{ id: 'a', error: 'failed', message: 'no\uFFFD[31m' },
    });
  });

  test('of any bytes whatever never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (payload) => {
          expect(readArrival({ payload, roundTripMs: 1 }, jobs)).toBeUndefined();
        },
      ),
    );
  });
});

describe('a question', () => {
  const decode = (text: string) => decodeQuestion(new TextEncoder().encode(text));

  test('is empty, or a JSON object that may say who is to lead next', () => {
    expect(decode('')).toEqual({ to: undefined });
    expect(decode('{}')).toEqual({ to: undefined });
    expect(decode('{"v":1,"to":"b","mood":"good"}')).toEqual({ to: 'b' });
    expect(decodeQuestion(encodeQuestion({ to: undefined }))).toEqual({ to: undefined });
  });

  test.each([
    ...['x', '7', 'null', '[]', '{"v":2}', '{"to":"a b"}', '{"to":7}', `{"x":"${'x'.repeat(MAX_QUESTION_BYTES)}"}`],
  ])('such as %s is refused', (text) => {
    expect(decode(text)).toMatchObject({ error: 'malformed' });
  });

  test('of any bytes whatever never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeQuestion(bytes)));
  });
});

test('answers without number are put in order once, at the end of their round, and not again at each', () => {
  const round = new Round(jobs, undefined);
  const compared = vi.spyOn(String.prototype, 'localeCompare');
  for (const id of ['c', 'b', 'a']) {
    const answer = read({ ...LEADER, id, isLeader: id === 'a' });
    if (answer !== undefined && !isRefusal(answer)) round.add(answer);
    expect(round.hasAllVoters).toBe(id === 'a');
  }
  const comparedBefore = compared.mock.calls.length;
  const { nodes, leader } = round.end(0);
  compared.mockRestore();
  expect({ comparedBefore, leader, ids: nodes.map(({ id }) => id) }).toEqual({
    ...{ comparedBefore: 0, leader: 'a', ids: ['a', 'b', 'c'] },
  });
});
