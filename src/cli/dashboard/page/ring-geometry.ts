/** Where things are on the ring, in the units of its drawing, the middle being (0, 0). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const RING_RADIUS = 128;
const LARGEST_NODE = 34;
const SMALLEST_NODE = 3;
const ROOM_FOR_NAMES = 56;
/** As many names as stand on the ring beside each other. */
const MAX_NAMED = 12;

/** Evenly spread, the first at the top, then clockwise. */
export function placesOnRing(count: number): readonly Point[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    return { x: RING_RADIUS * Math.sin(angle), y: -RING_RADIUS * Math.cos(angle) };
  });
}

/** Names of the upper half stand above, those of the lower half below: never where the links are. */
export function isNamedAbove({ y }: Point): boolean {
  return y < -RING_RADIUS / 4;
}

/** What has to be seen of the plane: left, top, width and height, with room for names. */
export function frameOf(places: readonly Point[], radius: number): readonly [number, number, number, number] {
  const room = radius + ROOM_FOR_NAMES;
  const [top, bottom] = [Math.min(-RING_RADIUS, ...places.map(({ y }) => y)), Math.max(0, ...places.map(({ y }) => y))];
  const half = RING_RADIUS + radius + ROOM_FOR_NAMES / 2;
  return [-half, top - room, 2 * half, bottom - top + 2 * room];
}

/** So that neighbours leave room between them. */
export function nodeRadius(count: number): number {
  const share = (2 * Math.PI * RING_RADIUS) / Math.max(1, count);
  return Math.max(SMALLEST_NODE, Math.min(LARGEST_NODE, 0.3 * share));
}

export function hasNames(count: number): boolean {
  return count <= MAX_NAMED;
}

/** From the rim of one circle to the rim of another, both of `radius`. */
export function between(from: Point, to: Point, radius: number): readonly [Point, Point] {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const step = length === 0 ? 0 : radius / length;
  const [dx, dy] = [(to.x - from.x) * step, (to.y - from.y) * step];
  return [
    { x: from.x + dx, y: from.y + dy },
    { x: to.x - dx, y: to.y - dy },
  ];
}
