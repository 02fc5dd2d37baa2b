/** An object seen as its fields. */
export type Fields = Record<string, unknown>;

/** Whether an object is a value that many graphs share and none changes: settings, randomness. */
export type IsShared = (object: object) => boolean;

/** A copy of `root` and of all that it holds; what is held twice stays one object. */
export function copyGraph<T extends object>(root: T, isShared: IsShared): T {
  const copies = new Map<object, object>();
  function copy(object: object): object {
    if (isShared(object)) return object;
    const known = copies.get(object);
    if (known !== undefined) return known;
    if (object instanceof Float64Array) return remember(object, object.slice());
    if (object instanceof Set) return remember(object, new Set(object));
    if (isListOfNumbers(object)) return remember(object, object.slice());
    if (Array.isArray(object)) return remember(object, object.map(copyValue));
    refuseMap(object);
    const twin: Fields = remember(object, Object.create(Object.getPrototypeOf(object)));
    for (const [key, value] of Object.entries(object)) twin[key] = copyValue(value);
    return twin;
  }
  function remember<O extends object>(object: object, twin: O): O {
    copies.set(object, twin);
    return twin;
  }
  function copyValue(value: unknown): unknown {
    return typeof value === 'object' && value !== null ? copy(value) : value;
  }
  const twin = copy(root);
  return isLike(root, twin) ? twin : root;
}

function isLike<T extends object>(root: T, twin: object): twin is T {
  return Object.getPrototypeOf(root) === Object.getPrototypeOf(twin);
}

/** Calls `visit` for every object of the graph once, held before holder last. */
export function visitGraph(root: object, isShared: IsShared, visit: (object: object) => void): void {
  const seen = new Set<object>();
  function look(object: object): void {
    if (seen.has(object) || isShared(object)) return;
    seen.add(object);
    if (!(object instanceof Float64Array) && !(object instanceof Set) && !isListOfNumbers(object)) {
      refuseMap(object);
      for (const value of Object.values(object)) if (typeof value === 'object' && value !== null) look(value);
    }
    visit(object);
  }
  look(root);
}

/**
 * All values of the graph in one line: two graphs of the same classes have the same line only if they hold the same
 * values. Names are left out, since the classes fix their order.
 */
export function writeGraph(root: object, isShared: IsShared): string {
  const seen = new Set<object>();
  let line = '';
  function write(value: unknown): void {
    if (typeof value === 'object' && value !== null) writeObject(value);
    else if (typeof value === 'function') throw new Error('a function is no part of a state');
    else line += value === undefined ? '-,' : value === true ? 'T,' : value === false ? 'F,' : `${String(value)},`;
  }
  function writeObject(object: object): void {
    if (isShared(object)) return;
    if (seen.has(object)) {
      line += '^';
      return;
    }
    seen.add(object);
    if (object instanceof Float64Array || isListOfNumbers(object)) line += `${object.join()};`;
    else if (object instanceof Set) line += `{${[...object].sort().join()}}`;
    else {
      refuseMap(object);
      line += Array.isArray(object) ? '[' : '(';
      for (const value of Object.values(object)) write(value);
      line += ')';
    }
  }
  writeObject(root);
  return line;
}

/** Lists hold values of one type: what the first one is, all are. */
function isListOfNumbers(object: object): object is number[] {
  return Array.isArray(object) && typeof object[0] === 'number';
}

function refuseMap(object: object): void {
  if (object instanceof Map) throw new Error('a Map in a state: teach object-graph.ts to copy and write it');
}
