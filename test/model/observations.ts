import type { Recovered } from '../../src/core/ballot.js';
import type { Effect } from '../../src/core/effects.js';
import type { Elector } from '../../src/core/elector.js';
import type { Message, Term } from '../../src/core/messages.js';
import type { Note } from './history.js';

const NOW = Object.freeze({ nowMs: 0, wallMs: 0 });

/** One voter's step, as an onlooker sees it. */
export interface Observed {
  /** The elector after the step, and the disk before it. */
  readonly machine: { readonly elector: Elector; readonly disk: Recovered };
  readonly name: string;
  /** The message that it was given, if it was one. */
  readonly heard: Message | undefined;
  readonly termBefore: Term;
  readonly effects: readonly Effect[];
  readonly at?: { readonly nowMs: number; readonly wallMs: number };
}

/** What the step breaks of that which must hold of every single step; in words. */
export function brokenBy({ machine, name, heard, termBefore, effects, at = NOW }: Observed): string | undefined {
  const { elector, disk } = machine;
  for (const effect of effects) {
    if (effect.kind === 'report') return `nothing impossible is met: ${name} reports ${effect.code}: ${effect.text}`;
    if (effect.kind === 'persist' && effect.term < disk.term) {
      return `terms never go back (rule 1): ${name} had term ${disk.term} on disk and writes ${effect.term}`;
    }
    if (effect.kind === 'stateChange' && effect.to === 'LEADER' && !elector.isLeader(at)) {
      return `LEADER holds a lease (rule 8): ${name} shows LEADER in term ${effect.term} and holds none`;
    }
    const keepsPromise =
      heard?.kind === 'voteRequest' &&
      effect.kind === 'send' &&
      effect.message.kind === 'voteResponse' &&
      effect.message.retryAfterMs > 0;
    if (keepsPromise && elector.term !== termBefore) {
      return `a promise kept changes no term (rule 7): ${name} refuses and goes from term ${termBefore} to ${elector.term}`;
    }
  }
  return undefined;
}

/** The votes and the leadership that others can see by these effects. */
export function notesOf(voter: number, ids: readonly string[], effects: readonly Effect[]): Note[] {
  const notes: Note[] = [];
  for (const effect of effects) {
    if (effect.kind !== 'broadcast' && effect.kind !== 'send') continue;
    const { message } = effect;
    if (message.kind === 'voteRequest') notes.push({ kind: 'vote', voter, term: message.term, candidate: voter });
    if (message.kind === 'heartbeat') notes.push({ kind: 'leads', voter, term: message.term });
    if (message.kind === 'voteResponse' && message.granted && !message.preVote && effect.kind === 'send') {
      notes.push({ kind: 'vote', voter, term: message.term, candidate: ids.indexOf(effect.to) });
    }
  }
  return notes;
}

/** What must hold of all voters at one instant (rule 8): no two leases. */
export function overlap(leaders: readonly string[]): string | undefined {
  if (leaders.length < 2) return undefined;
  return `leases never overlap (rule 8): isLeader() is true of ${leaders.join(' and of ')}`;
}
