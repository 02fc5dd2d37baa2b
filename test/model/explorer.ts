import type { Cluster, Step } from './cluster.js';
import { StateStore } from './state-store.js';
import type { Watcher } from './watcher.js';

/** When to stop before the end. */
export interface Limits {
  readonly states?: number;
  /** Called now and then. */
  readonly onProgress?: (found: Found) => void;
  /** Asked of every state: a text says why no leader can come from it. */
  readonly stuckIn?: (state: Uint32Array) => string | undefined;
  readonly watchers?: readonly Watcher[];
}

export interface Found {
  /** Distinct states. */
  readonly states: number;
  /** States whose steps were all taken. */
  readonly explored: number;
  readonly transitions: number;
  /** Steps from the first state to the farthest that was looked at. */
  readonly depth: number;
}

export interface Exploration extends Found {
  /** Every state within the bounds was found. */
  readonly complete: boolean;
  readonly violation: Violation | undefined;
  readonly storeBytes: number;
}

/** A run to a broken invariant, or to where no leader can come any more. */
export type Harm = 'broken' | 'stuck';

/** A shortest run to a harm. */
export interface Violation {
  readonly harm: Harm;
  readonly text: string;
  readonly steps: readonly Step[];
}

const PROGRESS_EVERY = 1 << 17;

/** Looks at every state of the cluster, nearest first, until one breaks an invariant. */
export function explore(cluster: Cluster, limits: Limits = {}): Exploration {
  const { stuckIn, watchers = [] } = limits;
  const store = new StateStore(cluster.words);
  const most = limits.states ?? Number.POSITIVE_INFINITY;
  const mostSteps = cluster.configuration.bounds.steps ?? Number.POSITIVE_INFINITY;
  const state = cluster.first();
  let transitions = 0;
  let depth = 0;
  let layerEnd = 1;
  let harmed: Harmed | undefined;

  const find = (found: Uint32Array, index: number) => {
    for (const watcher of watchers) watcher.found?.(found, index);
    const broken = cluster.violationIn(found);
    if (broken !== undefined) harmed = { harm: 'broken', text: broken, parent: index, last: undefined };
    const stuck = broken === undefined ? stuckIn?.(found) : undefined;
    if (stuck !== undefined) harmed = { harm: 'stuck', text: stuck, parent: index, last: undefined };
  };
  cluster.settle(state);
  find(state, store.add(state, 0));

  let index = 0;
  const visit = (next: Uint32Array, step: Step, broken: string | undefined) => {
    transitions += 1;
    if (harmed !== undefined) return;
    if (broken !== undefined) {
      harmed = { harm: 'broken', text: broken, parent: index, last: { ...step } };
      return;
    }
    cluster.settle(next);
    const known = store.size;
    const to = store.add(next, index);
    for (const watcher of watchers) watcher.stepped?.(index, to, step, state);
    if (to === known) find(next, to);
  };
  for (; harmed === undefined && index < store.size && store.size < most; index++) {
    if (index === layerEnd) {
      depth += 1;
      layerEnd = store.size;
      if (depth === mostSteps) break;
    }
    store.read(index, state);
    const cutBefore = cluster.cutOff + cluster.cutShort;
    cluster.visitSteps(state, visit);
    const isCut = cluster.cutOff + cluster.cutShort > cutBefore;
    for (const watcher of watchers) watcher.explored?.(index, isCut);
    if (index % PROGRESS_EVERY === 0) limits.onProgress?.({ states: store.size, explored: index, transitions, depth });
  }
  for (const watcher of harmed === undefined ? watchers : []) {
    const end = watcher.atEnd?.(index);
    if (end !== undefined) harmed ??= { harm: 'stuck', text: end.text, parent: end.index, last: undefined };
  }

  return {
    states: store.size,
    explored: index,
    transitions,
    depth,
    complete: harmed === undefined && (index === store.size || depth === mostSteps),
    violation: harmed && retrace(cluster, store, harmed),
    storeBytes: store.bytes,
  };
}

/** Where the harm is: in a stored state, or one more step from it. */
interface Harmed {
  readonly harm: Harm;
  readonly text: string;
  readonly parent: number;
  readonly last: Step | undefined;
}

/**
 * The steps that lead there, in the names of a run that really begins at the first state: stored states stand for all
 * that differ from them in who is who.
 */
function retrace(cluster: Cluster, store: StateStore, { harm, text, parent, last }: Harmed): Violation {
  const path: number[] = [];
  for (let at = parent; at !== 0; at = store.parentOf(at)) path.unshift(at);
  const steps: Step[] = [];
  const target = new Uint32Array(cluster.words);
  let state = cluster.first();
  let brokenText: string | undefined;
  const go = (isWanted: (next: Uint32Array, broken: string | undefined) => boolean) => {
    let chosen: Step | undefined;
    cluster.visitSteps(state, (next, step, broken) => {
      if (chosen !== undefined) return;
      const settled = next.slice();
      cluster.settle(settled);
      if (!isWanted(settled, broken)) return;
      chosen = { ...step };
      brokenText = broken;
    });
    if (chosen === undefined) throw new Error('a state has lost the step that led to it');
    steps.push(chosen);
    state = cluster.stateAfter(state, chosen);
  };
  for (const at of path) {
    store.read(at, target);
    go((next, broken) => broken === undefined && next.every((word, position) => word === target[position]));
  }
  if (last !== undefined) go((_, broken) => broken !== undefined);
  return { harm, text: brokenText ?? cluster.violationIn(state) ?? text, steps };
}
