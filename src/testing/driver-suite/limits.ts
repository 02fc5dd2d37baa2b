/** How long the suite waits, and how much it sends. */
export interface SuiteLimits {
  /** What should happen is waited for this long, in milliseconds. Default 5,000. */
  readonly timeoutMs: number;
  /**
   * What must not happen is watched for this long, in milliseconds, after all that should have: longer than a message
   * needs on the network under test. Default 50.
   */
  readonly quietMs: number;
  /** The longest application position (rule 13) that the driver must carry, in bytes. Default 32,768. */
  readonly largestPositionBytes: number;
}

export const DEFAULT_LIMITS: SuiteLimits = { timeoutMs: 5_000, quietMs: 50, largestPositionBytes: 32_768 };
