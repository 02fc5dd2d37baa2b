import { EventEmitter } from 'eventemitter3';
import type { GraftError } from '../core/errors.js';
import type { Term } from '../core/messages.js';
import type { NodeId } from '../core/names.js';
import type { StateChange } from './handler.js';

/** What can be listened to, beside the handler: the name of each event, and what it carries. */
export interface NodeEvents {
  /** The state has changed. */
  readonly stateChange: StateChange;
  /** This node leads from now on. */
  readonly elected: { readonly term: Term };
  /** This node leads no more; `term` is the one that was led. */
  readonly deposed: { readonly term: Term; readonly reason: StateChange['reason'] };
  /** Who leads, as far as is known, has changed. */
  readonly leaderChange: { readonly leader: NodeId | undefined; readonly term: Term };
  /** What `Handler.asyncError` hears. */
  readonly asyncError: GraftError;
}

export type Listener<Name extends keyof NodeEvents> = (event: NodeEvents[Name]) => void;

/** Typed events. A listener that throws, or rejects, is told on, and the others are still called. */
export class GuardedEvents {
  readonly #emitter = new EventEmitter<keyof NodeEvents>();
  readonly #guard: (what: string, call: () => unknown) => void;
  readonly #guarded = new WeakMap<object, Map<keyof NodeEvents, (event: unknown) => void>>();

  /** @param guard calls a listener, whatever comes of it. */
  constructor(guard: (what: string, call: () => unknown) => void) {
    this.#guard = guard;
  }

  on<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): void {
    this.#emitter.on(name, this.#guardedOf(name, listener));
  }

  once<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): void {
    this.#emitter.once(name, this.#guardedOf(name, listener));
  }

  off<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): void {
    const guarded = this.#guarded.get(listener)?.get(name);
    if (guarded !== undefined) this.#emitter.off(name, guarded);
  }

  /** @returns whether anybody listened. */
  emit<Name extends keyof NodeEvents>(name: Name, event: NodeEvents[Name]): boolean {
    return this.#emitter.emit(name, event);
  }

  /** One guard for each listener and name, so that `off` finds what `on` put in. */
  #guardedOf<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): (event: unknown) => void {
    const ofListener = this.#guarded.get(listener) ?? new Map<keyof NodeEvents, (event: unknown) => void>();
    this.#guarded.set(listener, ofListener);
    const known = ofListener.get(name);
    if (known !== undefined) return known;
    const guarded = (event: unknown): void =>
      this.#guard(`a listener of '${name}'`, () => listener(event as NodeEvents[Name]));
    ofListener.set(name, guarded);
    return guarded;
  }
}
