import { type Channel, channel } from 'node:diagnostics_channel';
import type { TraceEvents, TraceMessage } from './trace-events.js';

/** One channel, with the type of what it carries. */
export class Outlet<Name extends keyof TraceEvents> {
  // Kept, and so the same for as long as the node lives: looking it up by name would be most of what it costs.
  readonly #channel: Channel;

  constructor(name: Name) {
    this.#channel = channel(name);
  }

  /** Whether anybody has subscribed. */
  get wanted(): boolean {
    return this.#channel.hasSubscribers;
  }

  publish(message: TraceMessage<Name>): void {
    this.#channel.publish(message);
  }
}
