/**
 * How much `root` holds: one for each value, entry and object, and one for each character of a text. Frozen objects
 * are left out, since they cannot grow.
 */
export function graphSize(root: object): number {
  const seen = new Set<object>();
  const measure = (value: unknown): number => {
    if (typeof value === 'string') return 1 + value.length;
    if (typeof value !== 'object' || value === null) return 1;
    const isCollection = value instanceof Set || value instanceof Map;
    if (seen.has(value) || (Object.isFrozen(value) && !isCollection)) return 0;
    seen.add(value);
    const held = isCollection ? [...value].flat() : Object.values(value);
    return held.reduce<number>((sum, each) => sum + measure(each), 1);
  };
  return measure(root);
}
