import type { Cluster } from './cluster.js';
import type { Configuration } from './configuration.js';
import { MESSAGE, TICK, WAKE } from './machines.js';
import { PairTable } from './pair-table.js';

const ELECTION_TIMEOUTS = 8;
/** A voter that is woken more often at one instant will never rest. */
export const MOST_WAKES = 20;

/** Ticks within which a leader must come, once nothing goes wrong: more than any timer waits, several times over. */
export function ticksToLeader({ timings, clockRates }: Configuration): number {
  return Math.ceil((ELECTION_TIMEOUTS * timings.electionTimeoutMaxMs) / Math.min(...(clockRates ?? [1])));
}

/**
 * Whether a leader can still come, from any state: the faults end, what is in flight is lost, one voter's timers go off
 * on time and what it says and is told arrives at once. The others only answer, which is the least help that it can
 * get. Terms and heartbeats are not bounded here.
 */
export class Continuation {
  readonly #cluster: Cluster;
  readonly #limitTicks: number;
  readonly #groups = new Groups();
  /** By the number of a group of machines: that a leader came. */
  readonly #good: boolean[] = [];

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#limitTicks = ticksToLeader(cluster.configuration);
  }

  /** What is wrong, if anything: who could not become leader, nor anyone else meanwhile. */
  violationIn(state: Uint32Array): string | undefined {
    const { machines } = this.#cluster;
    const voters = state.subarray(0, machines.ids.length);
    const group = this.#groups.idOf(voters);
    if (this.#good[group]) return undefined;
    for (const [voter, { id, priority }] of machines.settings.entries()) {
      if (priority === 0 || this.#comesToLeader([...voters], voter)) continue;
      return `a leader can always come (rule 6): with everyone reachable, ${id} stands for ${this.#limitTicks} ticks and nobody leads`;
    }
    this.#good[group] = true;
    return undefined;
  }

  #comesToLeader(voters: number[], standing: number): boolean {
    const { isLeader } = this.#cluster.machines;
    for (let tick = 0; tick <= this.#limitTicks; tick++) {
      this.#act(voters, standing);
      if (voters.some((machine) => isLeader[machine])) return true;
      for (const voter of voters.keys()) this.#step(voters, voter, TICK);
    }
    return false;
  }

  #act(voters: number[], standing: number): void {
    const { isDue } = this.#cluster.machines;
    for (let wakes = 0; isDue[voters[standing] ?? 0] && wakes < MOST_WAKES; wakes++) {
      const inFlight = this.#step(voters, standing, WAKE);
      for (let flight = inFlight.shift(); flight !== undefined; flight = inFlight.shift()) {
        for (const voter of this.#receivers(flight)) inFlight.push(...this.#step(voters, voter, MESSAGE + flight));
      }
    }
  }

  #receivers(flight: number): readonly number[] {
    const { from, to } = this.#cluster.network.flightAt(flight);
    if (to >= 0) return [to];
    return [...this.#cluster.machines.ids.keys()].filter((voter) => voter !== from);
  }

  /** @returns what the voter sends. */
  #step(voters: number[], voter: number, input: number): number[] {
    const [step] = this.#cluster.machines.steps(voters[voter] ?? 0, input);
    if (step === undefined) return [];
    voters[voter] = step.next;
    return [...this.#cluster.network.postingAt(step.posting).flights];
  }
}

/** Groups of machines by number: a trie, so that a group that is known costs no object. */
class Groups {
  readonly #next = new PairTable();

  idOf(machines: Uint32Array): number {
    let id = 0;
    for (let voter = 0; voter < machines.length; voter++) {
      const machine = machines[voter] ?? 0;
      let next = this.#next.get(id, machine);
      if (next < 0) {
        next = this.#next.size + 1;
        this.#next.set(id, machine, next);
      }
      id = next;
    }
    return id;
  }
}
