const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** A time that has passed, in its two greatest units: `3d 4h`, `12m 5s`, `7s`. */
export function elapsed(ms: number): string {
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  if (first < 0) return '0s';
  let rest = ms;
  const parts = UNITS.slice(first, first + 2).map(({ name, ms: unitMs }) => {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    return count === 0 ? '' : `${count}${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** A short time: `0.4 ms`, `12 ms`. */
export function brief(ms: number): string {
  return ms === Number.POSITIVE_INFINITY ? 'no end' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** A duration as it is typed: `250ms`, `60s`. */
export function durationText(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** The time of day, with milliseconds, in this machine's zone. */
export function clockTime(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two);
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
