// DESIGN section 6, last paragraph, and rule 3: bad use is an error with a stable code and the offending value.
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../src/core/errors.js';
import { parseClusterName, parseNodeId } from '../../src/core/names.js';
import { type Cluster, type ElectionOptions, parseCluster, settle, type Timings } from '../../src/core/options.js';

const A = parseNodeId('a');
const CLUSTER: Cluster = { name: 'test', voters: ['a', 'b', 'c'] };

/** What the call was refused with. */
function refusal(call: () => unknown): { readonly code: string; readonly message: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof GraftError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was accepted');
}

/** As a caller without types would give them. */
function untyped<T>(value: unknown): T {
  return value as T;
}

const settleWith = (options: Partial<ElectionOptions>) => settle(A, { cluster: CLUSTER, ...options });
const settleTimings = (timings: Partial<Timings>) => settleWith({ timings });

describe('defaults', () => {
  test('are the numbers of the rules', () => {
    expect(settle(A, { cluster: CLUSTER })).toEqual({
      id: 'a',
      membership: { name: 'test', voters: ['a', 'b', 'c'], size: 3 },
      timings: {
        electionTimeoutMinMs: 500,
        electionTimeoutMaxMs: 1000,
        heartbeatIntervalMs: 100,
        requestIntervalMs: 30,
        maxClockDrift: 0.05,
      },
      leaseMs: (500 * 0.95) / 1.05,
      priority: 1,
      observer: false,
      interop: false,
      preVote: true,
    });
  });

  test('what is given as undefined is not given', () => {
    const nothing = { priority: undefined, observer: undefined, interop: undefined, preVote: undefined };
    expect(settleWith({ ...nothing, timings: undefined })).toEqual(settleWith({}));
  });

  test('the request interval follows the heartbeat interval, and is never below a millisecond', () => {
    expect(settleTimings({ heartbeatIntervalMs: 50 }).timings.requestIntervalMs).toBe(15);
    expect(settleTimings({ heartbeatIntervalMs: 2 }).timings.requestIntervalMs).toBe(1);
  });

  test('are frozen, all the way down', () => {
    const settings = settle(A, { cluster: CLUSTER });
    for (const part of [settings, settings.timings, settings.membership, settings.membership.voters]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('are a copy: what the caller does with its list later is nothing to the node', () => {
    const voters = ['a', 'b', 'c'];
    const settings = settle(A, { cluster: { name: 'test', voters } });
    voters.push('d');
    expect(settings.membership.voters).toEqual(['a', 'b', 'c']);
  });

  test('interop mode has no pre-vote (rule 15)', () => {
    expect(settleWith({ cluster: { name: 'test', size: 3 }, interop: true }).preVote).toBe(false);
  });
});

describe('rule 3: a cluster is refused', () => {
  const cases: readonly [string, unknown, string, string][] = [
    ['that is none', undefined, 'INVALID_CLUSTER', 'cluster is undefined: give { name, voters } or { name, size }'],
    ['that is null', null, 'INVALID_CLUSTER', 'cluster is null'],
    ['that is a text', 'test', 'INVALID_CLUSTER', 'cluster is "test"'],
    ['without a name', { size: 3 }, 'INVALID_CLUSTER', 'cluster.name is undefined'],
    ['with an empty name', { name: '', size: 3 }, 'INVALID_CLUSTER', 'cluster.name is ""'],
    ['called *', { name: '*', size: 3 }, 'INVALID_CLUSTER', 'cluster.name is "*"'],
    ['called >', { name: '>', size: 3 }, 'INVALID_CLUSTER', 'cluster.name is ">"'],
    ['without voters and size', { name: 'test' }, 'INVALID_CLUSTER', 'cluster has neither voters nor size'],
    ['with both', { name: 'test', voters: ['a'], size: 1 }, 'INVALID_CLUSTER', 'cluster has both voters and size'],
    [
      'with an empty voter list',
      { name: 'test', voters: [] },
      'INVALID_CLUSTER',
      'cluster.voters is empty: list at least one id',
    ],
    ['with voters that are no list', { name: 'test', voters: 'a' }, 'INVALID_CLUSTER', 'cluster.voters is "a": list'],
    ['with voters that are a bigint', { name: 'test', voters: 3n }, 'INVALID_CLUSTER', 'cluster.voters is 3'],
    ['with a voter twice', { name: 'test', voters: ['a', 'b', 'a'] }, 'INVALID_CLUSTER', 'names "a" twice'],
    ['with an empty id', { name: 'test', voters: ['a', ''] }, 'INVALID_ID', 'cluster.voters[1] is ""'],
    ['with a subject for an id', { name: 'test', voters: ['a', 'b.c'] }, 'INVALID_ID', 'cluster.voters[1] is "b.c"'],
    ['with a number for an id', { name: 'test', voters: ['a', 7] }, 'INVALID_ID', 'cluster.voters[1] is 7'],
    ['with a hole in the list', { name: 'test', voters: new Array(3) }, 'INVALID_ID', 'cluster.voters[0] is undefined'],
    ['of size 0', { name: 'test', size: 0 }, 'INVALID_CLUSTER', 'cluster.size is 0'],
    ['of size -1', { name: 'test', size: -1 }, 'INVALID_CLUSTER', 'cluster.size is -1'],
    ['of size 2.5', { name: 'test', size: 2.5 }, 'INVALID_CLUSTER', 'cluster.size is 2.5'],
    ['of size NaN', { name: 'test', size: Number.NaN }, 'INVALID_CLUSTER', 'cluster.size is NaN'],
    ['of size "3"', { name: 'test', size: '3' }, 'INVALID_CLUSTER', 'cluster.size is "3"'],
    ['of size 256', { name: 'test', size: 256 }, 'INVALID_CLUSTER', 'cluster.size is 256'],
  ];
  test.each(cases)('%s', (_name, cluster, code, text) => {
    const { code: given, message } = refusal(() => parseCluster(untyped<Cluster>(cluster)));
    expect(given).toBe(code);
    expect(message).toContain(text);
  });

  test.each([
    { name: 'health_manager', voters: ['a'] },
    { name: 'eu.west-1.health', size: 1 },
    { name: 'test', size: 255 },
    { name: 'x'.repeat(128), voters: ['a', 'b'] },
  ])('but not $name', (cluster) => {
    expect(parseCluster(cluster).name).toBe(cluster.name);
  });
});

describe('names: an id or a cluster name that could be a subject of somebody else is refused', () => {
  test.each(['', ' ', 'a b', 'a.b', 'a*', '>', 'ä', 'a\n', 'x'.repeat(129), undefined, null, 7, {}])('id %j', (id) => {
    expect(refusal(() => parseNodeId(id)).code).toBe('INVALID_ID');
  });

  test.each(['', '.', 'a.', '.a', 'a..b', 'a b', '*', 'a.*', '>', 'a.>', 'a\n', 'x'.repeat(129), undefined, 7])(
    'cluster name %j',
    (name) => {
      expect(refusal(() => parseClusterName(name)).code).toBe('INVALID_CLUSTER');
    },
  );

  test('and shown cut, so that a hostile one cannot flood a log', () => {
    expect(refusal(() => parseNodeId('y'.repeat(1e6))).message.length).toBeLessThan(300);
  });
});

describe('an option is refused', () => {
  const cases: readonly [string, Record<string, unknown>, string][] = [
    ['priority -1', { priority: -1 }, 'priority is -1: it is a whole number from 0 to 255'],
    ['priority 256', { priority: 256 }, 'priority is 256'],
    ['priority 1.5', { priority: 1.5 }, 'priority is 1.5'],
    ['priority "1"', { priority: '1' }, 'priority is "1"'],
    ['observer "yes"', { observer: 'yes' }, 'observer is "yes": give true or false'],
    ['interop 1', { interop: 1 }, 'interop is 1: give true or false'],
    ['preVote null', { preVote: null }, 'preVote is null: give true or false'],
    ['timings 500', { timings: 500 }, 'timings is 500: give an object'],
  ];
  test.each(cases)('%s', (_name, options, text) => {
    const { code, message } = refusal(() => settleWith(untyped<ElectionOptions>(options)));
    expect([code, message]).toEqual(['INVALID_OPTION', expect.stringContaining(text)]);
  });

  test.each(['electionTimeoutMinMs', 'electionTimeoutMaxMs', 'heartbeatIntervalMs', 'requestIntervalMs'])(
    'timings.%s that is no time',
    (name) => {
      for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 600_001, '500', true]) {
        const { code, message } = refusal(() => settleTimings({ [name]: value }));
        expect([code, message]).toEqual(['INVALID_OPTION', expect.stringContaining(`timings.${name} is `)]);
      }
    },
  );

  test.each([-0.01, 0.26, Number.NaN, '0'])('timings.maxClockDrift %j', (maxClockDrift) => {
    const { code, message } = refusal(() => settleTimings({ maxClockDrift: untyped<number>(maxClockDrift) }));
    expect([code, message]).toEqual(['INVALID_OPTION', expect.stringContaining('timings.maxClockDrift is ')]);
  });
});

describe('options that contradict each other are refused with both values', () => {
  test('an id outside voters', () => {
    expect(refusal(() => settle(parseNodeId('x'), { cluster: CLUSTER }))).toEqual({
      code: 'INVALID_OPTION',
      message: 'id "x" is not one of cluster.voters (a, b, c): add it there on every node, or set observer: true',
    });
  });

  test('an observer among the voters', () => {
    expect(refusal(() => settleWith({ observer: true }))).toEqual({
      code: 'INVALID_OPTION',
      message: 'id "a" is one of cluster.voters and observer is true: an observer never votes, so it cannot be listed',
    });
  });

  test('interop with listed voters', () => {
    const { code, message } = refusal(() => settleWith({ interop: true }));
    expect([code, message]).toEqual([
      'INVALID_OPTION',
      expect.stringContaining('interop is true and cluster.voters is given'),
    ]);
  });

  test.each<[string, Partial<Timings>, readonly string[]]>([
    [
      'a longest election timeout below the shortest',
      { electionTimeoutMinMs: 700, electionTimeoutMaxMs: 699 },
      ['electionTimeoutMaxMs (699)', 'electionTimeoutMinMs (700)'],
    ],
    [
      'a heartbeat interval above half of the lease',
      { heartbeatIntervalMs: 230 },
      ['heartbeatIntervalMs (230)', 'lease (452.4', 'electionTimeoutMinMs 500', 'maxClockDrift 0.05'],
    ],
    [
      'the same by the drift alone',
      { heartbeatIntervalMs: 160, maxClockDrift: 0.25 },
      ['heartbeatIntervalMs (160)', 'lease (300.0', 'maxClockDrift 0.25'],
    ],
    [
      'a request interval above the shortest election timeout',
      { requestIntervalMs: 501 },
      ['requestIntervalMs (501)', 'electionTimeoutMinMs (500)'],
    ],
  ])('%s', (_name, timings, texts) => {
    const { code, message } = refusal(() => settleTimings(timings));
    expect(code).toBe('CONTRADICTING_TIMINGS');
    for (const text of texts) expect(message).toContain(text);
  });

  test.each<Partial<Timings>>([
    { electionTimeoutMinMs: 700, electionTimeoutMaxMs: 700 },
    { heartbeatIntervalMs: 226 },
    { requestIntervalMs: 500 },
    { maxClockDrift: 0 },
    { maxClockDrift: 0.25 },
    { electionTimeoutMinMs: 10, electionTimeoutMaxMs: 20, heartbeatIntervalMs: 2 },
    { electionTimeoutMinMs: 600_000, electionTimeoutMaxMs: 600_000 },
  ])('%j is no contradiction', (timings) => {
    expect(settleTimings(timings).timings).toMatchObject(timings);
  });
});
