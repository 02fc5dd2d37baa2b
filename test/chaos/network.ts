import type { Direction, Place } from './fault.js';
import type { Link, Way } from './link.js';
import type { DriverSettings } from './member-settings.js';

/** A line, and which of its ends counts as the one that a fault is seen from. */
export interface Line {
  readonly link: Link;
  /** Whether that end dials. */
  readonly dials: boolean;
}

/** What the members talk over, each line of it through a proxy of ours. */
export interface Network extends AsyncDisposable {
  /** How the driver of a member is to be set up. */
  driverOf(member: string): DriverSettings;
  /** @param place with members by their ids: who leads now is not for the network to say. */
  linesAt(place: Place): readonly Line[];
}

/** The ways of `lines` that a fault in this direction is on. */
export function waysOf(lines: readonly Line[], direction: Direction): readonly Way[] {
  return lines.flatMap(({ link, dials }) => {
    const out = dials ? link.up : link.down;
    const back = dials ? link.down : link.up;
    if (direction === 'both') return [out, back];
    return direction === 'out' ? [out] : [back];
  });
}
