/** docs/go-graft-tests.md says where our test of each of nats-io/graft's claims is: it must be there. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const PAGE = readFileSync(new URL('docs/go-graft-tests.md', ROOT), 'utf8');

/** Every test function of nats-io/graft, by file. */
const GO_TESTS: Readonly<Record<string, readonly string[]>> = {
  'handler_test.go': ['TestStateChangeHandler', 'TestErrorHandler', 'TestChandHandlerNotBlockingNode'],
  'heartbeat_test.go': [
    'TestHeartBeatAsFollower',
    'TestHeartBeatAsCandidate',
    'TestHeartBeatAsLeader',
    'TestHeartBeatAsLeaderErrorOnWrite',
  ],
  'log_test.go': [
    'TestLogPermissions',
    'TestLogCleanupOnClose',
    'TestLogPresenceOnNew',
    'TestLogCreationOnNew',
    'TestCorruption',
  ],
  'nats_rpc_test.go': ['TestNatsLeaderElection'],
  'node_test.go': [
    'TestNew',
    'TestClose',
    'TestElectionTimeoutDuration',
    'TestCandidateState',
    'TestLeaderState',
    'TestSimpleLeaderElection',
    'TestStaggeredStart',
    'TestDownToOneAndBack',
    'TestReElection',
    'TestNetworkSplit',
  ],
  'vote_req_test.go': [
    'TestQuorum',
    'TestVoteRequestAsFollower',
    'TestVoteRequestAsFollowerLogBehind',
    'TestVoteRequestAsCandidate',
    'TestVoteRequestAsLeader',
    'TestVoteRequestAsLeaderStepsDownDueToErrorOnSave',
  ],
};

interface Row {
  readonly goTest: string;
  readonly file: string;
  readonly title: string;
}

/** The rows of all tables; one without a test of ours has an empty file. */
function rowsOf(page: string): Row[] {
  return page
    .split('\n')
    .filter((line) => /^\| (?!Go test)/.test(line))
    .map((line) => {
      const [goTest = '', , ours = ''] = line.split('|').slice(1);
      const [, file = '', title = ''] = /`(test\/[^`]+)`: "(.+)"/.exec(ours) ?? [];
      return { goTest: goTest.trim(), file, title };
    });
}

/** Whether `source` declares a test, or a table of them, with this title. */
function declares(source: string, title: string): boolean {
  return ["'", '"', '`'].some(
    (quote) => source.includes(`(${quote}${title}${quote},`) || declaredBelow(source, quote + title + quote),
  );
}

/** A long title stands on a line of its own. */
function declaredBelow(source: string, literal: string): boolean {
  return source.split('\n').some((line) => line.trim() === `${literal},`);
}

const rows = rowsOf(PAGE);

describe('the table of graft’s tests', () => {
  test.each(Object.entries(GO_TESTS))('has a row, in its section, for each test of %s', (file, names) => {
    const section = PAGE.split('\n## ').find((text) => text.startsWith(`${file}\n`));
    const named = rowsOf(section ?? '').map(({ goTest }) => goTest);
    for (const name of names) expect(named).toContain(`\`${name}\``);
  });

  test.each(rows)('$goTest: $file has the test "$title"', ({ file, title }) => {
    expect(file).not.toBe('');
    const url = new URL(file, ROOT);
    expect(existsSync(url)).toBe(true);
    expect(declares(readFileSync(url, 'utf8'), title)).toBe(true);
  });

  test('a title that nobody declares is found out, and so is one that is only part of another', () => {
    const source = "test('one leader leads', async () => {});\n  test(\n    'a long one',\n    async () => {},\n  );";
    expect(declares(source, 'one leader leads')).toBe(true);
    expect(declares(source, 'a long one')).toBe(true);
    expect(declares(source, 'leader leads')).toBe(false);
    expect(declares(source, 'two leaders lead')).toBe(false);
  });
});
