import type { Fault, Weather } from './faults.js';
import type { Invariants } from './invariants.js';
import type { Machine } from './machine.js';
import type { Network } from './network.js';
import type { Timeline } from './timeline.js';

export interface ChaosOptions {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly weather: Weather;
  readonly machines: readonly Machine[];
  readonly invariants: Invariants;
  readonly random: () => number;
}

/** Lets things go wrong at random, some three times a second, for as long as the weather is not calm. */
export class Chaos {
  readonly #options: ChaosOptions;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  begin(): void {
    const { timeline, weather, random } = this.#options;
    const strike = () => {
      if (weather.calm) return;
      this.#strike();
      timeline.in(20 + random() * 600, strike);
    };
    timeline.in(random() * 1000, strike);
  }

  #strike(): void {
    const { weather, invariants, random } = this.#options;
    const fault = weather.kinds[Math.floor(random() * weather.kinds.length)];
    if (fault === undefined) return;
    invariants.note(fault);
    this.#bring(fault, this.#anyMachine());
  }

  #bring(fault: Fault, machine: Machine): void {
    const { machines, random } = this.#options;
    switch (fault) {
      case 'cut':
        this.#cut(machine);
        break;
      case 'restart':
        if (!machine.asleep) this.#restart(machine, random() * random() * 1500);
        break;
      case 'pause':
        machine.block(random() * 1500);
        break;
      case 'suspend':
        machine.suspend(random() * 3000);
        break;
      case 'wallStep':
        machine.stepWallClock((random() - (this.#options.weather.kinds.includes('suspend') ? 0 : 0.5)) * 20_000);
        break;
      case 'transfer':
        this.#transfer();
        break;
      case 'campaign':
        machine.command({ kind: 'campaign' });
        break;
      case 'falseHint':
        for (const peer of machines) if (random() < 0.8) peer.command({ kind: 'peerGone', id: machine.id });
        break;
      case 'loss':
      case 'delay':
      case 'persistFailure':
        // These befall single messages and writes.
        break;
    }
  }

  /** Dies; its peers' connections to it are refused, which some of them notice. */
  #kill(machine: Machine): void {
    const { timeline, machines, random } = this.#options;
    machine.kill();
    for (const peer of machines) {
      if (random() < 0.5) timeline.in(random() * 20, () => peer.command({ kind: 'peerGone', id: machine.id }));
    }
  }

  /** Cuts one direction of one link, or most of a machine's links; or heals everything. */
  #cut(machine: Machine): void {
    const { network, machines, random } = this.#options;
    if (random() < 0.4) {
      network.healAll();
    } else if (random() < 0.5) {
      network.cut(machine, this.#anyMachine());
    } else {
      for (const peer of machines) {
        if (random() < 0.8) network.cut(peer, machine);
        if (random() < 0.8) network.cut(machine, peer);
      }
    }
  }

  #restart(machine: Machine, afterMs: number): void {
    this.#kill(machine);
    this.#options.timeline.in(afterMs, () => machine.start());
  }

  #transfer(): void {
    const { machines, invariants, random } = this.#options;
    const leader = machines.find((machine) => machine.leads);
    if (leader === undefined) return;
    invariants.note('transfer of a leader');
    const heirs = leader.elector?.heirs() ?? [];
    const to = heirs[Math.floor(random() * heirs.length)];
    leader.command(random() < 0.5 ? { kind: 'stepDown' } : { kind: 'transfer', to });
    if (random() < 0.3) this.#restart(leader, random() * 500);
  }

  #anyMachine(): Machine {
    const { machines, random } = this.#options;
    const machine = machines[Math.floor(random() * machines.length)];
    if (machine === undefined) throw new Error('a world has at least one machine');
    return machine;
  }
}
