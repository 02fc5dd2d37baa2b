import { defineConfig } from 'vitest/config';

/** Real servers, processes and pages, and most of their time is waiting: two files at a time. */
const overRealServers = [
  'test/chaos/link.test.ts',
  'test/chaos/nats-network.test.ts',
  'test/chaos/register.test.ts',
  'test/cli/live/**/*.test.ts',
  'test/client/http.test.ts',
  'test/client/nats.test.ts',
  'test/demo/**/*.test.ts',
  'test/deploy/kubernetes/service.test.ts',
  'test/deploy/prometheus/**/*.test.ts',
  'test/deploy/systemd/command-line.test.ts',
  'test/docs/cli.test.ts',
  'test/docs/client.test.ts',
  'test/docs/dashboard.test.ts',
  'test/docs/observability.test.ts',
  'test/docs/readme.test.ts',
  'test/docs/simulation.test.ts',
  'test/drivers/http/**/*.test.ts',
  'test/drivers/nats/**/*.test.ts',
  'test/fuzz/canaries.test.ts',
  'test/fuzz/servers.test.ts',
  'test/peer/nats.test.ts',
  'test/simulation/bugs/caught.test.ts',
  'test/simulation/world/cli.test.ts',
];
/** What real clocks decide: who was blocked or stopped for how long. One file at a time, so that no test starves another. */
const onRealTime = [
  'test/bench/**/*.test.ts',
  'test/chaos/chaos.test.ts',
  'test/node/real-clock.test.ts',
  'test/processes/**/*.test.ts',
  'test/thread/**/*.test.ts',
];
/** These need Go: `npm run test:interop`. */
const withGo = 'test/interop/**';

const limits = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...limits,
          name: 'at any speed',
          include: ['test/**/*.test.ts'],
          exclude: [withGo, ...overRealServers, ...onRealTime],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...limits,
          name: 'over real servers',
          include: overRealServers,
          exclude: [withGo],
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...limits,
          name: 'on real time',
          include: onRealTime,
          exclude: [withGo],
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
        },
      },
    ],
  },
});
