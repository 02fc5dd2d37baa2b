/** How `npm run simulate` ends, so that a script can tell why. */
export const EXIT = {
  passed: 0,
  /** Something happened that never may. */
  safety: 1,
  /** Something did not happen that has to. */
  liveness: 2,
  /** The library, or the simulator, threw. */
  crash: 3,
  usage: 4,
  /** A run in which something that has to happen in so many worlds never did. */
  idle: 5,
  /** A deliberate bug was not caught. */
  missed: 6,
} as const;
