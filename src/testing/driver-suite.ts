import { Bench } from './driver-suite/bench.js';
import { type DriverCapabilities, NO_CAPABILITIES } from './driver-suite/capabilities.js';
import { CLOSE_CASES } from './driver-suite/close-cases.js';
import { CLUSTER_CASES } from './driver-suite/cluster-cases.js';
import { CONTENT_CASES } from './driver-suite/content-cases.js';
import { DELIVERY_CASES } from './driver-suite/delivery-cases.js';
import type { DriverCase } from './driver-suite/driver-case.js';
import { DEFAULT_LIMITS, type SuiteLimits } from './driver-suite/limits.js';
import { START_CASES } from './driver-suite/start-cases.js';
import type { SuiteNetwork } from './driver-suite/suite-network.js';

/** The two functions that the suite needs of a test runner: vitest, node:test, jest and mocha (`test: it`) have them. */
export interface SuiteRunner {
  readonly describe: (name: string, declare: () => void) => unknown;
  readonly test: (name: string, run: () => Promise<void>) => unknown;
}

/** What the suite is to prove, of which driver and with what. */
export interface DriverSuiteOptions {
  readonly runner: SuiteRunner;
  /** The driver, as the tests' titles name it. */
  readonly name: string;
  /** Called once for each case. */
  readonly createNetwork: () => SuiteNetwork | Promise<SuiteNetwork>;
  /** What the driver promises beyond the contract; cases follow from it. Default: nothing. */
  readonly capabilities?: Partial<DriverCapabilities>;
  readonly limits?: Partial<SuiteLimits>;
}

/**
 * Declares the conformance suite of `RpcDriver` (docs/drivers.md) with a test runner.
 *
 * @example
 * describeRpcDriver({
 *   runner: { describe, test },
 *   name: 'MyRpcDriver',
 *   createNetwork: () => ({ createDriver: () => new MyRpcDriver(), close: async () => {} }),
 *   capabilities: { reliable: true, ordered: true },
 * });
 */
export function describeRpcDriver(options: DriverSuiteOptions): void {
  const { runner, name, createNetwork } = options;
  const capabilities = { ...NO_CAPABILITIES, ...options.capabilities };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const groups: readonly (readonly [string, readonly DriverCase[]])[] = [
    ['start', START_CASES],
    ['content', CONTENT_CASES],
    ['delivery', DELIVERY_CASES],
    ['clusters', CLUSTER_CASES],
    ['close', CLOSE_CASES],
  ];
  runner.describe(`${name} keeps the contract of RpcDriver`, () => {
    for (const [group, cases] of groups) {
      runner.describe(group, () => {
        for (const { title, claimedBy, run } of cases) {
          if (claimedBy !== undefined && !claimedBy(capabilities)) continue;
          runner.test(title, async () => {
            const bench = new Bench(await createNetwork(), capabilities, limits);
            try {
              await run(bench);
            } finally {
              await bench.dispose();
            }
          });
        }
      });
    }
  });
}
