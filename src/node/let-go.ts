import { GraftError } from '../core/errors.js';
import type { RpcDriver } from '../drivers/rpc-driver.js';
import type { TermLog } from '../log/term-log.js';
import { causeText } from './cause-text.js';
import type { Loop } from './loop.js';

/** How long a disk or a driver that does not answer is waited for, each, when a node closes. */
const LIMIT_MS = 2000;

/** What a closing node holds. */
export interface Holdings {
  readonly loop: Loop;
  readonly rpc: RpcDriver;
  readonly log: TermLog;
  readonly report: (error: GraftError) => void;
}

/** Lets go of the driver, then of the log: what goes wrong is reported, and what hangs is not waited for. Never rejects. */
export async function letGo({ loop, rpc, log, report }: Holdings): Promise<void> {
  const written = await loop.within(LIMIT_MS, loop.finished());
  const driverFailed = (text: string, cause?: unknown): void =>
    report(new GraftError('DRIVER_FAILED', `closing, the driver ${text}`, { cause }));
  const driverClosed = attempt(() => rpc.close()).catch((cause) => driverFailed(`failed: ${causeText(cause)}`, cause));
  if (!(await loop.within(LIMIT_MS, driverClosed))) driverFailed(`did not end within ${LIMIT_MS} ms`);

  const logFailed = (text: string, cause?: unknown): void =>
    report(new GraftError('LOG_WRITE_FAILED', `closing, the log ${text}`, { cause }));
  const logClosed = attempt(() => log.close()).catch((cause) => logFailed(`failed: ${causeText(cause)}`, cause));
  // A log whose disk hangs stays locked until the write under way ends; it has been waited for already.
  if (!written || !(await loop.within(LIMIT_MS, logClosed))) logFailed(`did not answer within ${LIMIT_MS} ms`);
}

/** What throws at once rejects. */
export async function attempt(call: () => Promise<unknown>): Promise<void> {
  await call();
}
