/** Whether `instantMs` is over; `undefined` is one that nobody waits for. */
export function isPast(instantMs: number | undefined, nowMs: number): boolean {
  return instantMs === undefined || nowMs >= instantMs;
}
