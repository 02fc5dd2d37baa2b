import type { Step } from './cluster.js';

/** Told of everything that an exploration meets; states are numbered in the order of finding. */
export interface Watcher {
  /** A new state. `state` is only lent. */
  found?(state: Uint32Array, index: number): void;
  /** A step within the bounds. `state` is the one before it, and only lent. */
  stepped?(from: number, to: number, step: Step, state: Uint32Array): void;
  /** All steps of a state were taken; `isCut` when the bounds cut one off, or a message that one would have sent. */
  explored?(index: number, isCut: boolean): void;
  /** All is told. @returns what the whole graph shows: a state that should not be, and why. */
  atEnd?(explored: number): { readonly index: number; readonly text: string } | undefined;
}
