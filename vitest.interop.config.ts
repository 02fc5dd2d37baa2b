import { defineConfig } from 'vitest/config';

/** What `npm run test:interop` runs: it needs what scripts/test-interop.mjs builds with Go. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    // Each file has several processes at a time, which keep heartbeats of 100 ms.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
