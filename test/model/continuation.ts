import type { Cluster } from './cluster.js';
import { MESSAGE, TICK, WAKE } from './machines.js';

/** More than any timer waits, several times over. */
const ELECTION_TIMEOUTS = 8;
/** A voter that is woken more often at one instant will never rest. */
const MOST_WAKES = 20;

/**
 * Whether a leader can still come, from any state: the faults end, what is in flight is lost, one voter's timers go off
 * on time and what it says and is told arrives at once. The others only answer, which is the least help that it can
 * get. Terms and heartbeats are not bounded here.
 */
export class Continuation {
  readonly #cluster: Cluster;
  readonly #limitTicks: number;
  /** Machines in words, once they are known to come to a leader. */
  readonly #good = new Set<string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    const { timings, clockRates } = cluster.configuration;
    const slowest = Math.min(...(clockRates ?? [1]));
    this.#limitTicks = Math.ceil((ELECTION_TIMEOUTS * timings.electionTimeoutMaxMs) / slowest);
  }

  /** How many different groups of machines were followed. */
  get followed(): number {
    return this.#good.size;
  }

  /** What is wrong, if anything: who could not become leader, nor anyone else meanwhile. */
  violationIn(state: Uint32Array): string | undefined {
    const { machines } = this.#cluster;
    const voters = state.subarray(0, machines.ids.length);
    const key = voters.join();
    if (this.#good.has(key)) return undefined;
    for (const [voter, { id, priority }] of machines.settings.entries()) {
      if (priority === 0 || this.#comesToLeader([...voters], voter)) continue;
      return `a leader can always come (rule 6): with everyone reachable, ${id} stands for ${this.#limitTicks} ticks and nobody leads`;
    }
    this.#good.add(key);
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
