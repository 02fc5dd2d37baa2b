import type { Elector } from '../core/elector.js';
import { GraftError } from '../core/errors.js';
import type { Term } from '../core/messages.js';
import { describe, type NodeId } from '../core/names.js';
import type { Crew } from './crew.js';
import type { GuardedEvents, Listener } from './events.js';
import type { Loop } from './loop.js';

/** What giving leadership away needs. */
export interface SuccessionParts {
  readonly elector: Elector;
  readonly loop: Loop;
  readonly crew: Crew;
  readonly events: GuardedEvents;
}

/** Gives leadership away: work ends first, lease held; then the core hands over (rule 9); then the successor is awaited. */
export class Succession {
  readonly #elector: Elector;
  readonly #loop: Loop;
  readonly #crew: Crew;
  readonly #events: GuardedEvents;
  readonly #awaited = new Set<Promise<NodeId>>();

  constructor({ elector, loop, crew, events }: SuccessionParts) {
    this.#elector = elector;
    this.#loop = loop;
    this.#crew = crew;
    this.#events = events;
  }

  /**
   * To `to`, or the heir.
   * @throws GraftError `NO_HEIR`: leadership is kept; `NO_SUCCESSOR`: it is given up.
   */
  async transfer(term: Term, to: NodeId | undefined): Promise<NodeId> {
    if (!this.#elector.mayHandOver(to)) throw noHeir(term, to);
    await this.#crew.drain();
    // Leadership may have gone while work was let end; who has it is what the caller waits for all the same.
    const leads = this.#leads(term);
    if (leads && !this.#elector.mayHandOver(to)) {
      this.#crew.resume(term);
      throw noHeir(term, to);
    }
    const successor = this.#hearOfSuccessor(term);
    if (leads) this.#loop.post({ kind: 'transfer', to });
    return await successor;
  }

  /** Where there is nobody to take over, leadership is put down all the same. Never rejects. */
  async resign(term: Term): Promise<void> {
    await this.#crew.drain();
    if (this.#leads(term)) {
      if (this.#elector.mayHandOver()) void this.#hearOfSuccessor(term);
      this.#loop.post({ kind: 'stepDown' });
    }
    await this.settled();
  }

  /** Resolves when every hand-over under way has come to its end, good or bad. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#awaited);
  }

  #leads(term: Term): boolean {
    return this.#elector.term === term && this.#elector.isLeader(this.#loop.now());
  }

  #hearOfSuccessor(term: Term): Promise<NodeId> {
    const { settings, leader } = this.#elector;
    const isSuccessor = (heard: NodeId | undefined): heard is NodeId => heard !== undefined && heard !== settings.id;
    if (this.#elector.term > term && isSuccessor(leader)) return Promise.resolve(leader);
    const limitMs = settings.timings.electionTimeoutMaxMs;
    const heard = new Promise<NodeId>((resolve, reject) => {
      const disarm = this.#loop.setAlarm(limitMs, () => {
        this.#events.off('leaderChange', onLeader);
        reject(new GraftError('NO_SUCCESSOR', `nobody was heard to lead after term ${term} within ${limitMs} ms`));
      });
      const onLeader: Listener<'leaderChange'> = (known) => {
        if (!isSuccessor(known.leader)) return;
        this.#events.off('leaderChange', onLeader);
        disarm();
        resolve(known.leader);
      };
      this.#events.on('leaderChange', onLeader);
    });
    this.#awaited.add(heard);
    const forget = (): boolean => this.#awaited.delete(heard);
    heard.then(forget, forget);
    return heard;
  }
}

function noHeir(term: Term, to: NodeId | undefined): GraftError {
  const whom = to === undefined ? 'no voter answers' : `${describe(to)} does not answer as a voter`;
  return new GraftError('NO_HEIR', `${whom} that could take over term ${term}; see priorities and status()`);
}
