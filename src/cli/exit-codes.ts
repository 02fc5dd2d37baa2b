/** How `graft` ends, for scripts (docs/cli.md). `graft run --on-exit exit` ends as its program did instead. */
export const EXIT = {
  done: 0,
  /** A fault of this program. */
  internal: 1,
  /** The command line is wrong. */
  usage: 2,
  noLeader: 3,
  /** One leads, and a voter is missing or something is not as it should be. */
  degraded: 4,
  /** Somebody answered, and does not do it. */
  refused: 5,
  /** Nobody can be asked: no connection, no client, no permission, nobody there. */
  unreachable: 6,
  /** The log file cannot be read, or taken. */
  log: 7,
  /** The timings are too tight for what was measured. */
  tooTight: 8,
  /** Not enough was measured yet to judge the timings. */
  unmeasured: 9,
  /** The leader was asked to step down, and its answer did not come in time: it may do so yet. */
  unanswered: 10,
} as const;

/** For `--help`. */
export const EXIT_HELP: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  internal: 'a fault of graft itself',
  usage: 'the command line is wrong',
  noLeader: 'nobody leads',
  degraded: 'one leads, and a voter is missing or something is not as it should be',
  refused: 'refused: stepping down is not allowed, or nobody can take over',
  unreachable: 'nobody can be asked: no connection, client, permission or answer',
  log: 'the log file cannot be read, or is in use',
  tooTight: 'the timings are too tight for what was measured',
  unmeasured: 'not enough was measured yet',
  unanswered: 'the leader was asked and has not answered in time: it may hand over yet; see graft status',
};
