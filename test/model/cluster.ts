import type { Configuration, PreludeStep } from './configuration.js';
import { Histories } from './history.js';
import { type MachineStep, Machines, MESSAGE, RESTART, TICK, TRANSFER, WAKE } from './machines.js';
import { Network } from './network.js';
import { overlap } from './observations.js';
import type { MakeElector } from './opened-elector.js';
import { Symmetry } from './symmetry.js';

/** One step of the whole cluster. */
export interface Step {
  /** To whom it happens; -1 when a tick passes for all. */
  readonly voter: number;
  readonly input: number;
  /** Which of the things it can lead to. */
  readonly outcome: number;
}

/** Told of every step that a state allows. `next` is only lent: it changes with the next call. */
export type Visit = (next: Uint32Array, step: Step, violation: string | undefined) => void;

/**
 * A cluster as whole numbers: one machine per voter, the messages in flight, the history. Which steps it can take is
 * decided here, and what must hold of every state.
 */
export class Cluster {
  readonly configuration: Configuration;
  readonly network: Network;
  readonly histories: Histories;
  readonly machines: Machines;
  /** How many whole numbers one state is. */
  readonly words: number;
  /** Steps that the bounds cut off. */
  cutOff = 0;
  /** Steps taken without a message that the bounds cut off: it gets lost. */
  cutShort = 0;

  readonly #voters: number;
  readonly #names: readonly string[];
  readonly #symmetry: Symmetry | undefined;
  readonly #next: Uint32Array;
  readonly #terms: number[];
  readonly #step = { voter: 0, input: 0, outcome: 0 };

  /** @throws RangeError when the configuration asks for a symmetry that is none. */
  constructor(configuration: Configuration, make: MakeElector) {
    this.configuration = configuration;
    this.#voters = configuration.voters;
    this.network = new Network(configuration);
    this.histories = new Histories(configuration.voters, (voter) => this.machines.ids[voter] ?? 'nobody');
    this.machines = new Machines(configuration, this.network, this.histories, make);
    this.#names = this.machines.ids;
    this.words = configuration.voters + 2;
    this.#next = new Uint32Array(this.words);
    this.#terms = Array.from({ length: configuration.voters }, () => 0);
    if (configuration.symmetric) {
      const { clockRates, priorities, heirs, voters, bounds } = configuration;
      // Of equal heirs the core takes the first by id: who is who then makes a difference.
      if (heirs || (voters > 3 && bounds.transfers > 0)) {
        throw new RangeError(`${configuration.name}: heirs are told apart by their ids, so it is not symmetric`);
      }
      const kinds = this.machines.ids.map((_, voter) => `${clockRates?.[voter]} ${priorities?.[voter]}`);
      this.#symmetry = new Symmetry(this.machines, this.network, this.histories, kinds);
    }
  }

  /** The state that runs begin in, after the prelude. */
  first(): Uint32Array {
    return this.prelude().at(-1)?.state ?? this.start();
  }

  /** The steps of the prelude, each with the state after it. */
  prelude(): { readonly step: Step; readonly state: Uint32Array }[] {
    let state = this.start();
    return (this.configuration.prelude ?? []).map((told) => {
      const step = this.#find(state, told);
      state = this.stateAfter(state, step);
      return { step, state };
    });
  }

  /** The state before the prelude: everyone has just started. */
  start(): Uint32Array {
    const state = new Uint32Array(this.words);
    for (let voter = 0; voter < this.#voters; voter++) state[voter] = this.machines.first(voter);
    return state;
  }

  /** Turns a state into the one that stands for all that differ from it in who is who. */
  settle(state: Uint32Array): void {
    this.#symmetry?.settle(state);
  }

  /** Every step that the bounds allow, and what it leads to. */
  visitSteps(state: Uint32Array, visit: Visit): void {
    const { bounds, lateTimers } = this.configuration;
    const { machines, network } = this;
    const history = this.histories.at(state[this.#voters + 1] ?? 0);
    let timePasses = true;
    for (let voter = 0; voter < this.#voters; voter++) {
      const machine = state[voter] ?? 0;
      if (machines.isDue[machine] && this.#take(state, voter, WAKE, visit) && !lateTimers) timePasses = false;
      if (history.restarts < bounds.restarts) this.#take(state, voter, RESTART, visit);
      if (history.transfers < bounds.transfers && machines.mayHandOver[machine]) {
        for (let to = 0; to < this.#voters; to++) {
          if (to !== voter) this.#take(state, voter, TRANSFER + to, visit);
        }
      }
    }
    for (const flight of network.setAt(state[this.#voters] ?? 0)) {
      const { from, to } = network.flightAt(flight);
      if (to >= 0) this.#take(state, to, MESSAGE + flight, visit);
      else {
        for (let voter = 0; voter < this.#voters; voter++) {
          if (voter !== from) this.#take(state, voter, MESSAGE + flight, visit);
        }
      }
    }
    if (timePasses) this.#tick(state, visit);
  }

  /** A step that nobody should wait for. */
  isFault({ voter, input, outcome }: Step, state: Uint32Array): boolean {
    if (input === RESTART || (input >= TRANSFER && input < MESSAGE)) return true;
    if (input === TICK || this.configuration.bounds.failedWrites === 0) return false;
    return this.machines.steps(state[voter] ?? 0, input)[outcome]?.write !== 'done';
  }

  /** What must hold of a state as a whole (rule 8): no two leases at once. */
  violationIn(state: Uint32Array): string | undefined {
    let leaders = 0;
    for (let voter = 0; voter < this.#voters; voter++) if (this.machines.isLeader[state[voter] ?? 0]) leaders += 1;
    return leaders < 2 ? undefined : overlap(this.leadersOf(state));
  }

  /** Of whom isLeader() is true. */
  leadersOf(state: Uint32Array): readonly string[] {
    const { ids, isLeader } = this.machines;
    return ids.filter((_, voter) => isLeader[state[voter] ?? 0]);
  }

  /** The state that one step leads to. */
  stateAfter(state: Uint32Array, { voter, input, outcome }: Step): Uint32Array {
    const next = state.slice();
    if (voter < 0) this.#passTick(next);
    else {
      const step = this.machines.steps(state[voter] ?? 0, input)[outcome];
      if (step === undefined)
        throw new RangeError(`no outcome ${outcome} of input ${input} at ${this.machines.ids[voter]}`);
      this.#apply(next, voter, step);
    }
    return next;
  }

  /** @returns whether any outcome is within the bounds. */
  #take(state: Uint32Array, voter: number, input: number, visit: Visit): boolean {
    const steps = this.machines.steps(state[voter] ?? 0, input);
    if (steps.length === 0) return false;
    let isAllowed = false;
    for (let outcome = 0; outcome < steps.length; outcome++) {
      const step = steps[outcome];
      if (step === undefined) continue;
      const { next, violation } = step;
      if (this.machines.isBeyondBounds[next] || this.#failsTooOften(state, step)) {
        this.cutOff += 1;
        continue;
      }
      isAllowed = true;
      if (this.network.isCut[step.posting]) this.cutShort += 1;
      copy(state, this.#next);
      const broken = this.#apply(this.#next, voter, step);
      this.#step.voter = voter;
      this.#step.input = input;
      this.#step.outcome = outcome;
      visit(this.#next, this.#step, violation ?? broken);
    }
    return isAllowed;
  }

  #failsTooOften(state: Uint32Array, { write }: MachineStep): boolean {
    if (write === 'done') return false;
    return this.histories.at(state[this.#voters + 1] ?? 0).failedWrites >= this.configuration.bounds.failedWrites;
  }

  #apply(state: Uint32Array, voter: number, { next, posting, notes }: MachineStep): string | undefined {
    const { durableTerm } = this.machines;
    const newTerm = durableTerm[next] !== durableTerm[state[voter] ?? 0];
    state[voter] = next;
    if (posting !== 0 || newTerm) {
      for (let other = 0; other < this.#voters; other++) this.#terms[other] = durableTerm[state[other] ?? 0] ?? 0;
      state[this.#voters] = this.network.prune(this.network.post(state[this.#voters] ?? 0, posting), this.#terms);
    }
    const history = this.histories.after(state[this.#voters + 1] ?? 0, notes);
    if (history < 0) return this.histories.violation(history);
    state[this.#voters + 1] = history;
    return undefined;
  }

  #tick(state: Uint32Array, visit: Visit): void {
    copy(state, this.#next);
    this.#passTick(this.#next);
    this.#step.voter = -1;
    this.#step.input = TICK;
    this.#step.outcome = 0;
    visit(this.#next, this.#step, undefined);
  }

  #passTick(state: Uint32Array): void {
    for (let voter = 0; voter < this.#voters; voter++) {
      state[voter] = this.machines.steps(state[voter] ?? 0, TICK)[0]?.next ?? 0;
    }
  }

  #find(state: Uint32Array, told: PreludeStep): Step {
    const of = (name: string) => this.#names.indexOf(name);
    switch (told.kind) {
      case 'tick':
        return { voter: -1, input: TICK, outcome: 0 };
      case 'wake':
        return { voter: of(told.voter), input: WAKE, outcome: 0 };
      case 'restart':
        return { voter: of(told.voter), input: RESTART, outcome: 0 };
      case 'transfer':
        return { voter: of(told.voter), input: TRANSFER + of(told.to), outcome: 0 };
      case 'deliver': {
        const flight = [...this.network.setAt(state[this.#voters] ?? 0)]
          .filter((id) => {
            const { from, to, message } = this.network.flightAt(id);
            return from === of(told.from) && (to < 0 || to === of(told.to)) && message.kind === told.message;
          })
          .sort((one, other) => this.network.flightAt(one).message.term - this.network.flightAt(other).message.term)
          .at(-1);
        if (flight === undefined) throw new Error(`no ${told.message} from ${told.from} to ${told.to} is in flight`);
        return { voter: of(told.to), input: MESSAGE + flight, outcome: 0 };
      }
      default:
        return never(told);
    }
  }
}

/** Faster than `set` for a few words. */
function copy(from: Uint32Array, to: Uint32Array): void {
  for (let word = 0; word < from.length; word++) to[word] = from[word] ?? 0;
}

function never(told: never): never {
  throw new Error(`not a step of a prelude: ${JSON.stringify(told)}`);
}
