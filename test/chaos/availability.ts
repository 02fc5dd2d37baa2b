/** A stretch of time, in microseconds of the machine's monotonic clock. */
export interface Stretch {
  readonly sinceUs: number;
  readonly untilUs: number;
}

export interface Availability {
  /** The share of the time in which somebody led, 0 to 1. */
  readonly share: number;
  readonly longestGapMs: number;
  /** Every stretch without a leader. */
  readonly gaps: readonly Stretch[];
}

/** How much of `whole` the stretches cover. They may overlap. */
export function availability(stretches: readonly Stretch[], whole: Stretch): Availability {
  const gaps: Stretch[] = [];
  let coveredUs = whole.sinceUs;
  for (const { sinceUs, untilUs } of stretches.toSorted((one, other) => one.sinceUs - other.sinceUs)) {
    if (untilUs <= coveredUs || sinceUs >= whole.untilUs) continue;
    if (sinceUs > coveredUs) gaps.push({ sinceUs: coveredUs, untilUs: sinceUs });
    coveredUs = untilUs;
  }
  if (coveredUs < whole.untilUs) gaps.push({ sinceUs: coveredUs, untilUs: whole.untilUs });
  const lengths = gaps.map((gap) => gap.untilUs - gap.sinceUs);
  const missing = lengths.reduce((sum, length) => sum + length, 0);
  return {
    share: 1 - missing / (whole.untilUs - whole.sinceUs),
    longestGapMs: Math.max(0, ...lengths) / 1000,
    gaps,
  };
}
