import { PairTable } from './pair-table.js';

/** What a run has to remember for its checks and its bounds. */
export interface History {
  /** Who has led each term, from term 1; -1 for nobody yet. */
  readonly leaders: readonly number[];
  /** Each voter's newest vote that anybody could see. */
  readonly votes: readonly Vote[];
  readonly restarts: number;
  readonly transfers: number;
  readonly failedWrites: number;
}

export interface Vote {
  readonly term: number;
  /** -1 for none. */
  readonly candidate: number;
}

/** Something that one step does and that is remembered. */
export type Note =
  | { readonly kind: 'vote'; readonly voter: number; readonly term: number; readonly candidate: number }
  | { readonly kind: 'leads'; readonly voter: number; readonly term: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'transfer' }
  | { readonly kind: 'failedWrite' };

/** Histories by number, and what notes make of them. */
export class Histories {
  readonly all: History[] = [];
  readonly #ids = new Map<string, number>();
  readonly #noteLists: (readonly Note[])[] = [[]];
  readonly #noteListIds = new Map<string, number>([['[]', 0]]);
  readonly #noted = new PairTable();
  readonly #violations: string[] = [];
  readonly #voterName: (voter: number) => string;

  constructor(voters: number, voterName: (voter: number) => string) {
    this.#voterName = voterName;
    const votes = Array.from({ length: voters }, () => ({ term: 0, candidate: -1 }));
    this.id({ leaders: [], votes, restarts: 0, transfers: 0, failedWrites: 0 });
  }

  at(id: number): History {
    const history = this.all[id];
    if (history === undefined) throw new RangeError(`no history ${id}`);
    return history;
  }

  id(history: History): number {
    const text = JSON.stringify(history);
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.all.push(history);
    this.#ids.set(text, this.all.length - 1);
    return this.all.length - 1;
  }

  noteListId(notes: readonly Note[]): number {
    const text = JSON.stringify(notes);
    const known = this.#noteListIds.get(text);
    if (known !== undefined) return known;
    this.#noteLists.push(notes);
    this.#noteListIds.set(text, this.#noteLists.length - 1);
    return this.#noteLists.length - 1;
  }

  /** The history after the notes; below 0 when they break an invariant: see `violation`. */
  after(id: number, noteListId: number): number {
    if (noteListId === 0) return id;
    const known = this.#noted.get(id, noteListId);
    if (known >= 0) return known % 2 === 0 ? known / 2 : -1 - (known - 1) / 2;
    const result = this.#work(this.at(id), this.#noteLists[noteListId] ?? []);
    if (typeof result === 'string') {
      this.#violations.push(result);
      this.#noted.set(id, noteListId, (this.#violations.length - 1) * 2 + 1);
      return -this.#violations.length;
    }
    const after = this.id(result);
    this.#noted.set(id, noteListId, after * 2);
    return after;
  }

  /** What a result of `after` below 0 means. */
  violation(result: number): string {
    return this.#violations[-1 - result] ?? 'unknown';
  }

  #work(before: History, notes: readonly Note[]): History | string {
    let history = before;
    for (const note of notes) {
      switch (note.kind) {
        case 'vote': {
          const last = history.votes[note.voter];
          if (last === undefined) throw new RangeError(`no voter ${note.voter}`);
          // Diss. 3.4: at most one vote a term, for ever; a vote in an older term than the newest comes from a lost disk.
          if (note.term < last.term) {
            return `one vote a term (rule 1): ${this.#voterName(note.voter)} votes in term ${note.term} after term ${last.term}`;
          }
          if (note.term === last.term && note.candidate !== last.candidate) {
            return (
              `one vote a term (rule 1): in term ${note.term} ${this.#voterName(note.voter)} votes for ` +
              `${this.#voterName(last.candidate)} and for ${this.#voterName(note.candidate)}`
            );
          }
          const vote = { term: note.term, candidate: note.candidate };
          history = { ...history, votes: history.votes.map((old, voter) => (voter === note.voter ? vote : old)) };
          break;
        }
        case 'leads': {
          const leader = history.leaders[note.term - 1] ?? -1;
          if (leader >= 0 && leader !== note.voter) {
            return (
              `one leader a term (diss. 3.6.3): term ${note.term} is led by ${this.#voterName(leader)} ` +
              `and by ${this.#voterName(note.voter)}`
            );
          }
          const length = Math.max(history.leaders.length, note.term);
          const leaders = Array.from({ length }, (_, index) =>
            index === note.term - 1 ? note.voter : (history.leaders[index] ?? -1),
          );
          history = { ...history, leaders };
          break;
        }
        case 'restart':
          history = { ...history, restarts: history.restarts + 1 };
          break;
        case 'transfer':
          history = { ...history, transfers: history.transfers + 1 };
          break;
        case 'failedWrite':
          history = { ...history, failedWrites: history.failedWrites + 1 };
          break;
        default:
          never(note);
      }
    }
    return history;
  }
}

function never(note: never): never {
  throw new Error(`not a note: ${JSON.stringify(note)}`);
}
