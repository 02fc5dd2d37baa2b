import type { Cluster, Step } from './cluster.js';
import { StateStore } from './state-store.js';

/** When to stop before the end. */
export interface Limits {
  readonly states?: number;
  /** Called now and then. */
  readonly onProgress?: (found: Found) => void;
  /** Asked of every state; a text is a violation. For what does not follow from one state alone, such as liveness. */
  readonly check?: (state: Uint32Array) => string | undefined;
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

/** A shortest run that breaks an invariant. */
export interface Violation {
  readonly text: string;
  readonly steps: readonly Step[];
}

const PROGRESS_EVERY = 1 << 17;

/** Looks at every state of the cluster, nearest first, until one breaks an invariant. */
export function explore(cluster: Cluster, limits: Limits = {}): Exploration {
  const store = new StateStore(cluster.words);
  const most = limits.states ?? Number.POSITIVE_INFINITY;
  const mostSteps = cluster.configuration.bounds.steps ?? Number.POSITIVE_INFINITY;
  const state = cluster.first();
  cluster.settle(state);
  store.add(state, 0);
  let transitions = 0;
  let depth = 0;
  let layerEnd = 1;
  let violated: Break | undefined;
  const firstText = cluster.violationIn(state) ?? limits.check?.(state);
  if (firstText !== undefined) violated = { text: firstText, parent: 0, last: undefined };

  let index = 0;
  for (; violated === undefined && index < store.size && store.size < most; index++) {
    if (index === layerEnd) {
      depth += 1;
      layerEnd = store.size;
      if (depth === mostSteps) break;
    }
    store.read(index, state);
    const parent = index;
    cluster.visitSteps(state, (next, step, broken) => {
      transitions += 1;
      if (violated !== undefined) return;
      if (broken !== undefined) {
        violated = { text: broken, parent, last: { ...step } };
        return;
      }
      cluster.settle(next);
      if (!store.add(next, parent)) return;
      const text = cluster.violationIn(next) ?? limits.check?.(next);
      if (text !== undefined) violated = { text, parent: store.size - 1, last: undefined };
    });
    if (index % PROGRESS_EVERY === 0) limits.onProgress?.({ states: store.size, explored: index, transitions, depth });
  }

  return {
    states: store.size,
    explored: index,
    transitions,
    depth,
    complete: violated === undefined && (index === store.size || depth === mostSteps),
    violation: violated && retrace(cluster, store, violated, limits),
    storeBytes: store.bytes,
  };
}

/** Where an invariant broke: in a stored state, or with one more step from it. */
interface Break {
  readonly text: string;
  readonly parent: number;
  readonly last: Step | undefined;
}

/**
 * The steps that lead there, in the names of a run that really begins at the first state: stored states stand for all
 * that differ from them in who is who.
 */
function retrace(cluster: Cluster, store: StateStore, { text, parent, last }: Break, { check }: Limits): Violation {
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
  return { text: brokenText ?? cluster.violationIn(state) ?? check?.(state) ?? text, steps };
}
