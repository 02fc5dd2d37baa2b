import type { Effect, Persist, StateChange } from './effects.js';
import type { GraftErrorCode } from './errors.js';
import type { Message, Term } from './messages.js';
import type { NodeId } from './names.js';

/** What changed with one input, as far as it shows. */
export interface Shown {
  readonly change: StateChange | undefined;
  readonly leaderChange: { readonly leader: NodeId | undefined; readonly term: Term } | undefined;
  readonly persist: Omit<Persist, 'kind'> | undefined;
}

/** Collects what is owed for one input, and puts it in the order in which it is owed (see {@link Effect}). */
export class Outbox {
  // Begun with what is put in first: nearly every input is owed one send or nothing, and an empty list that grows
  // makes room for many.
  #sends: Effect[] | undefined;
  #reports: Effect[] | undefined;

  broadcast(message: Message): void {
    this.#add({ kind: 'broadcast', to: undefined, message });
  }

  send(to: NodeId, message: Message): void {
    this.#add({ kind: 'send', to, message });
  }

  report(code: GraftErrorCode, text: string): void {
    this.#reports ??= [];
    this.#reports.push({ kind: 'report', code, text });
  }

  /** Everything that was put in since the last call, when nothing that shows has changed: the common case, kept cheap. */
  drain(): readonly Effect[] {
    if (this.#reports !== undefined) return this.drainWith(NOTHING_SHOWN);
    const sends = this.#sends;
    if (sends === undefined) return NOTHING;
    this.#sends = undefined;
    return sends;
  }

  /** Everything that was put in since the last call, and what shows, in order. */
  drainWith({ change, leaderChange, persist }: Shown): readonly Effect[] {
    const effects: Effect[] = [];
    const loses = change?.from === 'LEADER';
    if (change !== undefined && loses) effects.push(change);
    for (const report of this.#reports ?? NOTHING) effects.push(report);
    if (persist !== undefined) effects.push({ kind: 'persist', ...persist });
    for (const send of this.#sends ?? NOTHING) effects.push(send);
    if (change !== undefined && !loses) effects.push(change);
    if (leaderChange !== undefined) effects.push({ kind: 'leaderChange', ...leaderChange });
    this.#sends = undefined;
    this.#reports = undefined;
    return effects;
  }

  #add(effect: Effect): void {
    if (this.#sends === undefined) this.#sends = [effect];
    else this.#sends.push(effect);
  }
}

const NOTHING: readonly Effect[] = Object.freeze([]);
const NOTHING_SHOWN: Shown = Object.freeze({ change: undefined, leaderChange: undefined, persist: undefined });
