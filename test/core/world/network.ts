import type { Message } from '../../../src/core/messages.js';
import type { NodeId } from '../../../src/core/names.js';
import type { Weather } from './faults.js';
import type { Machine } from './machine.js';
import type { Timeline } from './timeline.js';

const LATEST_MS = 5_000;
const REPEAT_RATE = 0.02;

export interface NetworkOptions {
  readonly timeline: Timeline;
  readonly weather: Weather;
  readonly random: () => number;
  readonly lossRate: number;
  readonly lateRate: number;
}

/** Carries messages: loses, repeats, delays and so reorders them; links can be cut, each direction by itself. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #cuts = new Set<string>();
  #machines: readonly Machine[] = [];

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  connect(machines: readonly Machine[]): void {
    this.#machines = machines;
  }

  cut(from: Machine, to: Machine): void {
    this.#cuts.add(link(from, to));
  }

  healAll(): void {
    this.#cuts.clear();
  }

  broadcast(from: Machine, message: Message): void {
    for (const machine of this.#machines) if (machine !== from) this.#carry(from, machine, message);
  }

  send(from: Machine, id: NodeId, message: Message): void {
    for (const machine of this.#machines) {
      if (machine.id === id && machine !== from) this.#carry(from, machine, message);
    }
  }

  #carry(from: Machine, to: Machine, message: Message): void {
    if (this.#cuts.has(link(from, to))) return;
    const { timeline, weather, random, lossRate, lateRate } = this.#options;
    if (weather.brings('loss') && random() < lossRate) return;
    const copies = !weather.calm && random() < REPEAT_RATE ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const late = weather.brings('delay') && random() < lateRate;
      timeline.in(late ? random() * LATEST_MS : 0.2 + random() * 5, () => to.arrive(message));
    }
  }
}

function link(from: Machine, to: Machine): string {
  return `${from.id}>${to.id}`;
}
