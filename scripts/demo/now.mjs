/** Milliseconds on the one monotonic clock that all processes of a machine read, so that their reports can be compared. */
export function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
