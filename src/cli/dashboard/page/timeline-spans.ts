import type { Reign } from '../page-protocol.js';

/** A reign as it lies in a window of time: fractions of the window, 0 to 1. */
export interface Span {
  readonly reign: Reign;
  readonly from: number;
  readonly to: number;
}

/** What of `reigns` lies between `untilMs - windowMs` and `untilMs`. */
export function spansWithin(reigns: readonly Reign[], untilMs: number, windowMs: number): readonly Span[] {
  const beginMs = untilMs - windowMs;
  return reigns.flatMap((reign) => {
    const from = Math.max(0, (reign.sinceMs - beginMs) / windowMs);
    const to = Math.min(1, ((reign.untilMs ?? untilMs) - beginMs) / windowMs);
    return to > 0 && from < 1 ? [{ reign, from, to }] : [];
  });
}

/** One lane for each that led, in the order of their names; below them, those in which nobody did. */
export function lanesOf(spans: readonly Span[]): readonly string[] {
  const leaders = [...new Set(spans.flatMap(({ reign }) => reign.leader ?? []))];
  const { compare } = new Intl.Collator('en', { numeric: true });
  const others = (['nobody', 'unseen'] as const).filter((kind) => spans.some(({ reign }) => reign.kind === kind));
  return [...leaders.sort(compare), ...others.map((kind) => LANE_OF[kind])];
}

export function laneOf({ kind, leader }: Reign): string {
  return kind === 'leader' ? (leader ?? '') : LANE_OF[kind];
}

/** With a space, which no id has. */
const LANE_OF = { nobody: 'nobody leads', unseen: 'out of sight' } as const;
