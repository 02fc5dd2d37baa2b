// docs/timings.md: its example runs and prints what stands below it, and its checks are those that are made.
import { expect, test } from 'vitest';
import {
  ELECTIONS_PER_TIMEOUT,
  ENOUGH_ROUND_TRIPS,
  HEARTBEATS_PER_LEASE,
  ROUND_TRIPS_OF_ELECTION,
  ROUND_TRIPS_PER_TIMEOUT,
  SHORTEST_TIMEOUT_MS,
  SLACK,
  STALLS_PER_LEASE,
  WRITES_OF_ELECTION,
} from '../../src/timings/advise-timings.js';
import { codeBlocks } from './code-blocks.js';
import { readPage } from './pages.js';
import { RunningService } from './running-service.js';
import { UserProject } from './user-project.js';

const { path, text } = await readPage('docs/timings.md');

test('the example compiles under strict options, and prints what stands below it', async () => {
  const blocks = codeBlocks(path, text);
  const [program] = blocks.filter(({ mark }) => mark === 'runs: as printed below');
  if (program === undefined) throw new Error('there is no example');
  await using project = await UserProject.create();
  expect(await project.complaints(new Map([['shown.ts', program.code]]))).toBe('');
  await using service = new RunningService(await project.program('shown', program.code), [], project.folder);
  expect(await service.end(), service.output).toBe(0);
  expect(service.output).toBe(blocks[blocks.indexOf(program) + 1]?.code);
});

test.each([
  `| ${ROUND_TRIPS_OF_ELECTION} round trips + ${WRITES_OF_ELECTION} writes <= \`electionTimeoutMinMs\` |`,
  `| ${ROUND_TRIPS_PER_TIMEOUT} round trips: an order of magnitude |`,
  `| ${ELECTIONS_PER_TIMEOUT} elections of ${ROUND_TRIPS_OF_ELECTION} round trips and ${WRITES_OF_ELECTION} writes: `,
  `| ${STALLS_PER_LEASE} * (round trip + stall) * (1 + \`maxClockDrift\`) / (1 - \`maxClockDrift\`): `,
  `| ${SHORTEST_TIMEOUT_MS} ms: `,
  `| the lease / ${HEARTBEATS_PER_LEASE} |`,
  `beyond ${SLACK.recommended} times what is recommended and beyond ${SLACK.default} times the defaults`,
  `else it takes ${ENOUGH_ROUND_TRIPS}.`,
])('it says %j, and so does the code', (claim) => {
  expect(text).toContain(claim);
});
