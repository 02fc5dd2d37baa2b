import type { Message } from '../../src/core/messages.js';
import { Peer } from '../../src/core/peer.js';
import type { Histories } from './history.js';
import type { Machine, Machines } from './machines.js';
import type { Flight, Network } from './network.js';
import { copyGraph, type Fields, visitGraph } from './object-graph.js';

/** Who becomes who: the voter at position `voter` takes position `to[voter]`. */
interface Exchange {
  readonly to: readonly number[];
  /** What numbers become, as far as they were asked for. */
  readonly machines: number[];
  readonly flights: number[];
  readonly sets: number[];
  readonly histories: number[];
}

/**
 * Makes states one that differ in who is who. This is sound where nothing tells voters apart but their ids: equal
 * clocks and priorities, and no tie that is broken by comparing ids, as the choice of the heir is.
 */
export class Symmetry {
  readonly #machines: Machines;
  readonly #network: Network;
  readonly #histories: Histories;
  readonly #exchanges: readonly Exchange[];
  readonly #candidate: Uint32Array;
  readonly #original: Uint32Array;
  /** The exchange that gave the least state so far. */
  #chosen: Exchange | undefined;

  /** @param kinds what tells voters apart, by position: only those of one kind are exchanged. */
  constructor(machines: Machines, network: Network, histories: Histories, kinds: readonly string[]) {
    this.#machines = machines;
    this.#network = network;
    this.#histories = histories;
    const voters = machines.ids.length;
    this.#exchanges = permutations(voters)
      .slice(1)
      .filter((to) => to.every((place, voter) => kinds[place] === kinds[voter]))
      .map((to) => ({ to, machines: [], flights: [], sets: [], histories: [] }));
    this.#candidate = new Uint32Array(voters + 2);
    this.#original = new Uint32Array(voters + 2);
  }

  /** Turns a state into the least of those that differ from it in who is who. */
  settle(state: Uint32Array): void {
    const candidate = this.#candidate;
    const original = this.#original;
    const voters = state.length - 2;
    for (let word = 0; word < state.length; word++) original[word] = state[word] ?? 0;
    for (const exchange of this.#exchanges) {
      for (let voter = 0; voter < voters; voter++) {
        candidate[exchange.to[voter] ?? 0] = this.#machine(original[voter] ?? 0, exchange);
      }
      const order = compare(candidate, state, voters);
      if (order > 0) continue;
      // Messages and history are many, so they are exchanged only where the machines do not decide.
      if (order < 0) this.#put(state, candidate, exchange);
      else if (this.#isTieBroken(state, exchange)) this.#put(state, candidate, exchange);
    }
    if (this.#chosen === undefined) return;
    state[voters] = this.#set(original[voters] ?? 0, this.#chosen);
    state[voters + 1] = this.#history(original[voters + 1] ?? 0, this.#chosen);
    this.#chosen = undefined;
  }

  #put(state: Uint32Array, candidate: Uint32Array, exchange: Exchange): void {
    for (let voter = 0; voter < state.length - 2; voter++) state[voter] = candidate[voter] ?? 0;
    this.#chosen = exchange;
  }

  #isTieBroken(state: Uint32Array, exchange: Exchange): boolean {
    const set = this.#original[state.length - 2] ?? 0;
    const history = this.#original[state.length - 1] ?? 0;
    const chosen = this.#chosen;
    const bestSet = chosen === undefined ? set : this.#set(set, chosen);
    const candidateSet = this.#set(set, exchange);
    if (candidateSet !== bestSet) return candidateSet < bestSet;
    const bestHistory = chosen === undefined ? history : this.#history(history, chosen);
    return this.#history(history, exchange) < bestHistory;
  }

  #machine(id: number, exchange: Exchange): number {
    const known = exchange.machines[id];
    if (known !== undefined && known >= 0) return known;
    const twin = this.#exchangeMachine(this.#machines.at(id), exchange);
    const result = this.#machines.idOf(twin);
    fill(exchange.machines, id);
    exchange.machines[id] = result;
    return result;
  }

  #exchangeMachine(machine: Machine, { to }: Exchange): Machine {
    const { isShared, ids, settings } = this.#machines;
    const twin = copyGraph(machine, isShared);
    const newId = new Map<unknown, string>(ids.map((id, voter) => [id, ids[to[voter] ?? 0] ?? id]));
    const newSettings = new Map<unknown, unknown>(settings.map((old, voter) => [old, settings[to[voter] ?? 0]]));
    const exchanged = (value: unknown) => newId.get(value) ?? newSettings.get(value) ?? value;
    visitGraph(twin, isShared, (object) => {
      if (object instanceof Float64Array) return;
      if (object instanceof Set) {
        const members = [...object].map(exchanged);
        object.clear();
        for (const member of members) object.add(member);
        return;
      }
      const fields: Fields = Object.assign(object);
      for (const key of Object.keys(fields)) fields[key] = exchanged(fields[key]);
      // Peers stand in the order of the list of voters.
      if (isListOfPeers(object)) object.sort((a, b) => (a.id < b.id ? -1 : 1));
    });
    return Object.assign(twin, { voter: to[machine.voter] ?? 0 });
  }

  #set(id: number, exchange: Exchange): number {
    const known = exchange.sets[id];
    if (known !== undefined && known >= 0) return known;
    const flights = Array.from(this.#network.setAt(id), (flight) => this.#flight(flight, exchange));
    const result = this.#network.setOf(flights);
    fill(exchange.sets, id);
    exchange.sets[id] = result;
    return result;
  }

  #flight(id: number, exchange: Exchange): number {
    const known = exchange.flights[id];
    if (known !== undefined && known >= 0) return known;
    const result = this.#network.flightId(this.#exchangeFlight(this.#network.flightAt(id), exchange));
    fill(exchange.flights, id);
    exchange.flights[id] = result;
    return result;
  }

  #exchangeFlight({ from, to, message }: Flight, exchange: Exchange): Flight {
    const voter = (position: number) => exchange.to[position] ?? position;
    return { from: voter(from), to: to < 0 ? to : voter(to), message: this.#exchangeMessage(message, exchange) };
  }

  #exchangeMessage(message: Message, { to }: Exchange): Message {
    const { ids } = this.#machines;
    const names: readonly string[] = ids;
    const entries = Object.entries(message).map(([key, value]) => {
      const voter = names.indexOf(String(value));
      return [key, voter < 0 ? value : ids[to[voter] ?? 0]];
    });
    return Object.assign({ ...message }, Object.fromEntries(entries));
  }

  #history(id: number, exchange: Exchange): number {
    const known = exchange.histories[id];
    if (known !== undefined && known >= 0) return known;
    const { leaders, votes, ...rest } = this.#histories.at(id);
    const voter = (position: number) => exchange.to[position] ?? position;
    const newVotes = votes.map((vote) => ({ ...vote }));
    for (const [position, { term, candidate }] of votes.entries()) {
      newVotes[voter(position)] = { term, candidate: voter(candidate) };
    }
    const result = this.#histories.id({ leaders: leaders.map(voter), votes: newVotes, ...rest });
    fill(exchange.histories, id);
    exchange.histories[id] = result;
    return result;
  }
}

/** An array without holes is a fast one. */
function fill(numbers: number[], length: number): void {
  while (numbers.length < length) numbers.push(-1);
}

function isListOfPeers(object: object): object is Peer[] {
  return Array.isArray(object) && object.every((element) => element instanceof Peer) && object.length > 0;
}

function compare(a: Uint32Array, b: Uint32Array, words: number): number {
  for (let word = 0; word < words; word++) {
    const difference = (a[word] ?? 0) - (b[word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** All orders of the numbers below `count`; the first changes nothing. */
export function permutations(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => {
      const place = count - 1 - at;
      return [...shorter.slice(0, place), count - 1, ...shorter.slice(place)];
    }),
  );
}
