/** Microseconds of the clock that all members tell their times by. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
