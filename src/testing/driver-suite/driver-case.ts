import type { Bench } from './bench.js';
import type { DriverCapabilities } from './capabilities.js';

/** One claim about a driver. */
export interface DriverCase {
  /** The claim, with what it takes to show it. */
  readonly title: string;
  /** Whether a driver with these capabilities claims it. Default: every driver does. */
  readonly claimedBy?: (capabilities: DriverCapabilities) => boolean;
  /** Rejects when the claim does not hold. */
  readonly run: (bench: Bench) => Promise<void>;
}
