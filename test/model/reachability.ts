import type { Cluster, Step } from './cluster.js';
import { GrowingNumbers } from './growing-numbers.js';
import type { Watcher } from './watcher.js';

/** From how many states a leader can come. */
export interface ReachabilityCounts {
  /** A run of the explored graph leads to a state in which somebody holds a lease. */
  readonly reaching: number;
  /** None does, but one leads to where the bounds cut steps off: nothing is said about these. */
  readonly undecided: number;
  /** Neither: whatever happens, nobody will ever lead. */
  readonly stuck: number;
}

/**
 * Whether a leader stays reachable from every state: the explored graph is walked backwards from the states with a
 * leader. Faults (a crash, a transfer, a failed write) are no way to one: nobody should have to crash so that somebody
 * can lead. Messages that get lost are no steps at all.
 */
export class Reachability implements Watcher {
  readonly #cluster: Cluster;
  readonly #leading = new GrowingNumbers();
  readonly #cut = new GrowingNumbers();
  /** Each step as two numbers: where from, where to. */
  readonly #steps = new GrowingNumbers();
  #states = 0;
  #counts: ReachabilityCounts = { reaching: 0, undecided: 0, stuck: 0 };

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get counts(): ReachabilityCounts {
    return this.#counts;
  }

  found(state: Uint32Array, index: number): void {
    this.#states += 1;
    if (this.#cluster.leadersOf(state).length > 0) this.#leading.push(index);
  }

  stepped(from: number, to: number, step: Step, state: Uint32Array): void {
    if (from === to || this.#cluster.isFault(step, state)) return;
    this.#steps.push(from);
    this.#steps.push(to);
  }

  explored(index: number, isCut: boolean): void {
    if (isCut) this.#cut.push(index);
  }

  atEnd(explored: number): { readonly index: number; readonly text: string } | undefined {
    for (let index = explored; index < this.#states; index++) this.#cut.push(index);
    const before = predecessors(this.#steps, this.#states);
    const seen = new Uint8Array(this.#states);
    const reaching = walkBack(this.#leading, before, seen);
    const undecided = walkBack(this.#cut, before, seen);
    const stuck = this.#states - reaching - undecided;
    this.#counts = { reaching, undecided, stuck };
    if (stuck === 0) return undefined;
    return { index: seen.indexOf(0), text: 'a leader stays reachable (rule 6): from here nobody will ever lead' };
  }
}

/** The states before each one: those of state `index` are `from.subarray(starts[index], starts[index + 1])`. */
interface Predecessors {
  readonly starts: Uint32Array;
  readonly from: Uint32Array;
}

function predecessors(steps: GrowingNumbers, states: number): Predecessors {
  const starts = new Uint32Array(states + 1);
  for (let at = 1; at < steps.length; at += 2) count(starts, steps.at(at) + 1);
  for (let index = 1; index <= states; index++) starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
  const from = new Uint32Array(steps.length / 2);
  const filled = starts.slice();
  for (let at = 0; at < steps.length; at += 2) {
    const to = steps.at(at + 1);
    from[filled[to] ?? 0] = steps.at(at);
    count(filled, to);
  }
  return { starts, from };
}

function count(counts: Uint32Array, place: number): void {
  counts[place] = (counts[place] ?? 0) + 1;
}

/** Marks all from which one of `targets` is reached. @returns how many were not marked before. */
function walkBack(targets: GrowingNumbers, { starts, from }: Predecessors, seen: Uint8Array): number {
  const queue = new GrowingNumbers();
  const mark = (index: number) => {
    if (seen[index] === 1) return;
    seen[index] = 1;
    queue.push(index);
  };
  for (let at = 0; at < targets.length; at++) mark(targets.at(at));
  for (let next = 0; next < queue.length; next++) {
    const index = queue.at(next);
    for (let at = starts[index] ?? 0; at < (starts[index + 1] ?? 0); at++) mark(from[at] ?? 0);
  }
  return queue.length;
}
