import type { StateChange } from '../../../src/core/effects.js';
import type { Message, Term } from '../../../src/core/messages.js';
import type { Machine } from './machine.js';

/** Where a world keeps what must always hold, in true time. The first breach is kept. */
export class Invariants {
  violation: string | undefined;
  /** What happened at least once, and how often: an idle world proves nothing. */
  readonly seen = new Map<string, number>();

  readonly #machines: readonly Machine[];
  readonly #leaders = new Map<Term, string>();
  readonly #votes = new Map<string, string>();
  readonly #shown = new Map<string, string>();

  constructor(machines: readonly Machine[]) {
    this.#machines = machines;
  }

  fail(text: string): void {
    this.violation ??= text;
  }

  note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  /** Terms never run backwards on a disk (rule 1). */
  onPersist(machine: Machine, term: Term): void {
    if (term < machine.disk.term) {
      this.fail(`durable terms (rule 1): ${machine.id} writes term ${term} after ${machine.disk.term}`);
    }
  }

  /** One vote a voter and term, for ever, restarts included (rule 1); an observer has none and says nothing (rule 12). */
  onSend(machine: Machine, message: Message): void {
    if (machine.plan.observer) this.fail(`observers are silent (rule 12): ${machine.id} sends a ${message.kind}`);
    const asks = message.kind === 'voteRequest';
    if (!asks && !(message.kind === 'voteResponse' && message.granted && !message.preVote)) return;
    const { disk } = machine;
    const voterAndTerm = `${machine.id}/${message.term}`;
    const before = this.#votes.get(voterAndTerm);
    // A vote of a term that has passed was durable when it was first shown; a late repetition shows nothing new.
    const durable = message.term === disk.term ? disk.votedFor : before;
    const candidate = asks ? message.candidate : durable;
    if (candidate === undefined || durable !== candidate) {
      this.fail(
        `durable votes (rule 1): ${machine.id} shows a vote of term ${message.term} for ${candidate}, not ${durable}`,
      );
    } else if (before !== undefined && before !== candidate) {
      this.fail(`one vote a term (rule 1): ${machine.id} votes for ${before} and ${candidate} in ${message.term}`);
    }
    if (candidate !== undefined) this.#votes.set(voterAndTerm, before ?? candidate);
  }

  /** A machine starts anew: it shows a follower. */
  onStart(machine: Machine): void {
    this.#shown.set(machine.id, 'FOLLOWER');
  }

  /** One leader a term (diss. 3.3); LEADER only with a lease (rule 8); what is shown has no gaps. */
  onStateChange(machine: Machine, { from, to, term, reason }: StateChange): void {
    this.note(`${to} ${reason}`);
    const shown = this.#shown.get(machine.id);
    if (shown !== from) this.fail(`changes without gaps: ${machine.id} shows ${shown} and leaves ${from}`);
    this.#shown.set(machine.id, to);
    if (to !== 'LEADER') return;
    const other = this.#leaders.get(term);
    if (other !== undefined) this.fail(`election safety (diss. 3.3): ${other} and ${machine.id} lead term ${term}`);
    this.#leaders.set(term, machine.id);
    if (!machine.leads) this.fail(`LEADER only with a lease (rule 8): ${machine.id} in term ${term}`);
    this.checkLeases();
  }

  /** No two leaders at one instant of true time (rule 8). */
  checkLeases(): void {
    const leaders = this.#machines.filter((machine) => machine.leads);
    if (leaders.length < 2) return;
    const named = leaders.map(({ id, elector }) => `${id} (term ${elector?.term})`).join(' and ');
    this.fail(`one leader at any instant (rule 8): ${named}`);
  }

  /** Nothing in these worlds deserves a report: no second owner of an id, no surplus voter, no second leader. */
  onReport(machine: Machine, code: string, text: string): void {
    this.fail(`nothing to report: ${machine.id} says ${code}, ${text}`);
  }
}
