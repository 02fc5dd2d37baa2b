import type { Recovered } from '../../src/core/ballot.js';
import type { Effect, Persist } from '../../src/core/effects.js';
import type { Elector } from '../../src/core/elector.js';
import type { Input } from '../../src/core/inputs.js';
import type { Message } from '../../src/core/messages.js';
import type { NodeId } from '../../src/core/names.js';
import type { Settings } from '../../src/core/options.js';
import type { Configuration } from './configuration.js';
import type { Histories, Note } from './history.js';
import { passTime } from './instants.js';
import type { Flight, Network } from './network.js';
import { copyGraph, writeGraph } from './object-graph.js';
import { brokenBy, notesOf } from './observations.js';
import { type MakeElector, opened } from './opened-elector.js';
import { putToRest, type Rest } from './rest.js';
import { ScriptedDraws } from './scripted-draws.js';
import { settingsOf } from './settings.js';

/** A voter's process and its disk, at an instant that is called 0. */
export interface Machine {
  readonly voter: number;
  elector: Elector;
  disk: Recovered;
}

/** What can happen to a machine, as a number: these, or TRANSFER + heir, or MESSAGE + flight. */
export const TICK = 0;
export const WAKE = 1;
export const RESTART = 2;
export const TRANSFER = 8;
export const MESSAGE = 16;

const UNKNOWN: readonly MachineStep[] = [];
const NOW = Object.freeze({ nowMs: 0, wallMs: 0 });

/** What a machine becomes by one input, and what it does meanwhile. */
export interface MachineStep {
  readonly next: number;
  readonly posting: number;
  readonly notes: number;
  readonly violation: string | undefined;
  /** What was drawn, and what became of the write: enough to repeat the step. */
  readonly draws: readonly number[];
  readonly write: Write;
}

/** `failed` left the old on the disk, `failedLate` the new. */
export type Write = 'done' | 'failed' | 'failedLate';

/**
 * All machines that were met, by number. An elector's answer depends on its state and the input alone, so the real
 * `handle()` runs once for each pair of them and the answer is kept; exploring is looking up.
 */
export class Machines {
  readonly ids: readonly NodeId[];
  readonly settings: readonly Settings[];
  readonly isShared: (object: object) => boolean;
  /** Facts by machine. */
  readonly isLeader: boolean[] = [];
  readonly isDue: boolean[] = [];
  readonly isBeyondBounds: boolean[] = [];
  readonly mayHandOver: boolean[] = [];
  /** The term that survives a crash. */
  readonly durableTerm: number[] = [];
  /** How often the real `handle()` ran. */
  handled = 0;

  readonly #configuration: Configuration;
  readonly #network: Network;
  readonly #histories: Histories;
  readonly #make: MakeElector;
  readonly #draws: ScriptedDraws;
  readonly #rest: Rest;
  readonly #machines: Machine[] = [];
  readonly #machineIds = new Map<string, number>();
  /** By machine, then by input. */
  readonly #steps: (readonly MachineStep[])[][] = [];

  constructor(configuration: Configuration, network: Network, histories: Histories, make: MakeElector) {
    this.#configuration = configuration;
    this.#network = network;
    this.#histories = histories;
    this.#make = make;
    this.#draws = new ScriptedDraws(configuration.draws ?? [0]);
    this.settings = settingsOf(configuration);
    this.ids = this.settings.map(({ id }) => id);
    // What is frozen, as settings are, is no state.
    this.isShared = (object) => object === this.#draws || Object.isFrozen(object);
    const leaseMs = this.settings[0]?.leaseMs ?? 0;
    this.#rest = { leaseMs, isShared: this.isShared, heirs: configuration.heirs };
  }

  get size(): number {
    return this.#machines.length;
  }

  at(id: number): Machine {
    const machine = this.#machines[id];
    if (machine === undefined) throw new RangeError(`no machine ${id}`);
    return machine;
  }

  /** The machine that this voter starts as. */
  first(voter: number): number {
    const disk = { term: 0, votedFor: undefined, isNew: this.#configuration.newLogs ?? false };
    this.#draws.play([]);
    const machine = this.#started(voter, 1, disk);
    machine.elector.handle({ ...NOW, kind: 'start' });
    putToRest(machine, this.#rest);
    return this.idOf(machine);
  }

  /** All that one input can lead to, without what changes nothing. */
  steps(id: number, input: number): readonly MachineStep[] {
    const byInput = this.#steps[id];
    if (byInput === undefined) throw new RangeError(`no machine ${id}`);
    let steps = byInput[input];
    if (steps === undefined) {
      steps = this.#work(id, input);
      while (byInput.length < input) byInput.push(UNKNOWN);
      byInput[input] = steps;
    } else if (steps === UNKNOWN) {
      steps = this.#work(id, input);
      byInput[input] = steps;
    }
    return steps;
  }

  /** The number of a machine that is at rest; the machine must not change from now on. */
  idOf(machine: Machine): number {
    const line = writeGraph(machine, this.isShared);
    const known = this.#machineIds.get(line);
    if (known !== undefined) return known;
    const id = this.#machines.length;
    this.#machines.push(machine);
    this.#steps.push([]);
    this.#machineIds.set(line, id);
    const { elector } = machine;
    const { $deadlines, leadership } = opened(elector);
    const { terms, heartbeats } = this.#configuration.bounds;
    this.isLeader.push(elector.isLeader(NOW));
    this.isDue.push($deadlines.next() <= 0);
    this.isBeyondBounds.push(elector.term > terms || (leadership?.rounds.newest ?? 0) > heartbeats);
    this.mayHandOver.push(elector.mayHandOver());
    this.durableTerm.push(machine.disk.term);
    return id;
  }

  /** What an input does, in the core's own words: for transcripts. */
  effectsOf(id: number, input: number, { draws }: MachineStep): readonly Effect[] {
    if (input === TICK) return [];
    const machine = copyGraph(this.at(id), this.isShared);
    this.#draws.play(draws);
    return this.#feed(machine, input);
  }

  #work(id: number, input: number): readonly MachineStep[] {
    if (input === TICK) return [this.#tick(id)];
    const steps = new Map<string, MachineStep>();
    const keep = (step: MachineStep) =>
      steps.set(`${step.next} ${step.posting} ${step.notes} ${step.violation ?? ''}`, step);
    this.#draws.forEach(() => {
      const machine = copyGraph(this.at(id), this.isShared);
      const termBefore = machine.elector.term;
      const effects = this.#feed(machine, input);
      const persist = effects.find((effect) => effect.kind === 'persist');
      const draws = [...this.#draws.drawn];
      const heard = input >= MESSAGE ? this.#network.flightAt(input - MESSAGE).message : undefined;
      const violation = brokenBy({ machine, name: this.ids[machine.voter] ?? '', heard, termBefore, effects });
      if (persist !== undefined) machine.disk = diskOf(persist);
      const notes: Note[] = input === RESTART ? [{ kind: 'restart' }] : [];
      if (input >= TRANSFER && input < MESSAGE) notes.push({ kind: 'transfer' });
      const step = { ...this.#settled(machine, effects, notes, violation), draws, write: 'done' } as const;
      const wakesForNothing = input === WAKE && step.next === id && violation === undefined;
      keep(wakesForNothing ? { ...step, violation: 'a deadline that is due stays due: the timer never rests' } : step);
      if (persist !== undefined && this.#configuration.bounds.failedWrites > 0) {
        keep(this.#failWrite(id, input, draws, notes, { write: 'failed' }));
        keep(this.#failWrite(id, input, draws, notes, { write: 'failedLate' }));
      }
    });
    const isIdle = ({ next, posting, notes, violation }: MachineStep) =>
      next === id && posting === 0 && notes === 0 && violation === undefined;
    return [...steps.values()].filter((step) => !isIdle(step));
  }

  #tick(id: number): MachineStep {
    const machine = copyGraph(this.at(id), this.isShared);
    const elapsedMs = this.#configuration.clockRates?.[machine.voter] ?? 1;
    passTime(machine, elapsedMs, this.#rest.leaseMs, this.isShared);
    return { next: this.idOf(machine), posting: 0, notes: 0, violation: undefined, draws: [], write: 'done' };
  }

  /** Nothing that relied on the write is let out, and the core hears of it next (rule 1). */
  #failWrite(
    id: number,
    input: number,
    draws: readonly number[],
    notes: readonly Note[],
    { write }: { readonly write: Exclude<Write, 'done'> },
  ): MachineStep {
    const machine = copyGraph(this.at(id), this.isShared);
    this.#draws.play(draws);
    const persist = this.#feed(machine, input).find((effect) => effect.kind === 'persist');
    if (persist !== undefined && write === 'failedLate') machine.disk = diskOf(persist);
    const effects = machine.elector.handle({ ...NOW, kind: 'persistFailed' }).effects;
    const { voter, elector } = machine;
    const violation = brokenBy({
      machine,
      name: this.ids[voter] ?? '',
      heard: undefined,
      termBefore: elector.term,
      effects,
    });
    return { ...this.#settled(machine, effects, [...notes, { kind: 'failedWrite' }], violation), draws, write };
  }

  #feed(machine: Machine, input: number): readonly Effect[] {
    this.handled += 1;
    if (input !== RESTART) return machine.elector.handle(this.#inputOf(input)).effects;
    const restarted = this.#started(machine.voter, machine.elector.incarnation + 1, machine.disk);
    machine.elector = restarted.elector;
    return machine.elector.handle({ ...NOW, kind: 'start' }).effects;
  }

  #inputOf(input: number): Input {
    if (input >= MESSAGE) {
      return { ...NOW, kind: 'message', message: this.#network.flightAt(input - MESSAGE).message, grantVote: true };
    }
    if (input >= TRANSFER) return { ...NOW, kind: 'transfer', to: this.ids[input - TRANSFER] };
    return { ...NOW, kind: 'deadline' };
  }

  #started(voter: number, incarnation: number, recovered: Recovered): Machine {
    const settings = this.settings[voter];
    if (settings === undefined) throw new RangeError(`no voter ${voter}`);
    const elector = this.#make({ settings, rng: this.#draws, incarnation, recovered });
    return { voter, elector, disk: recovered };
  }

  // ------------------------------------------------------------ what is kept of a step

  #settled(machine: Machine, effects: readonly Effect[], given: readonly Note[], violation: string | undefined) {
    const { $round } = opened(machine.elector);
    const flights = this.#flightsOf(machine, effects, $round);
    const notes = [...given, ...notesOf(machine.voter, this.ids, effects)];
    putToRest(machine, this.#rest);
    return {
      next: this.idOf(machine),
      posting: this.#network.postingId({
        newRoundOf: $round === 1 ? -1 : machine.voter,
        flights: flights.map((flight) => this.#network.flightId(flight)),
      }),
      notes: this.#histories.noteListId(notes),
      violation,
    };
  }

  #flightsOf({ voter }: Machine, effects: readonly Effect[], round: number): Flight[] {
    const flights: Flight[] = [];
    for (const effect of effects) {
      if (effect.kind === 'broadcast') {
        flights.push({ from: voter, to: -1, message: this.#worn(effect.message, round) });
      } else if (effect.kind === 'send') {
        const to = this.ids.indexOf(effect.to);
        // Words to one's own id (rule 4) get lost: no two processes share one here.
        if (to !== voter) flights.push({ from: voter, to, message: this.#worn(effect.message, round) });
      }
    }
    return flights;
  }

  /** The message as it stays the same in states that do not differ. */
  #worn(message: Message, round: number): Message {
    const { heirs, hints, timings } = this.#configuration;
    switch (message.kind) {
      case 'voteRequest':
      case 'preVoteRequest':
        return { ...message, round: message.round === round ? 1 : 0 };
      case 'voteResponse':
        if (hints || message.retryAfterMs === 0) return message;
        return { ...message, retryAfterMs: message.preVote ? 0 : timings.electionTimeoutMinMs };
      case 'heartbeat':
        return heirs ? message : { ...message, heir: undefined };
      default:
        return message;
    }
  }
}

function diskOf({ term, votedFor, isNew }: Persist): Recovered {
  return { term, votedFor, isNew };
}
