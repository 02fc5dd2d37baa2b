import type { ServerResponse } from 'node:http';
import type { Greeting, Snapshot } from './page-protocol.js';

/** How many pages can be open at a time. */
export const MAX_LISTENERS = 32;
/** A page that has taken nothing for so many snapshots has gone without a word. */
const MAX_SKIPPED = 100;

/** The pages that are open, each told what is new as server-sent events. */
export class Audience {
  readonly #greeting: Greeting;
  readonly #skipped = new Map<ServerResponse, number>();
  #newest: Snapshot | undefined;

  constructor(greeting: Greeting) {
    this.#greeting = greeting;
  }

  get size(): number {
    return this.#skipped.size;
  }

  get isFull(): boolean {
    return this.size >= MAX_LISTENERS;
  }

  /** From now on `response` is told. */
  join(response: ServerResponse): void {
    this.#skipped.set(response, 0);
    response.on('close', () => this.#skipped.delete(response)).on('error', () => this.#skipped.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    // The browser's own wait before it asks again, in milliseconds.
    response.write(`retry: 1000\n\n${event('greeting', this.#greeting)}`);
    if (this.#newest !== undefined) response.write(event('snapshot', this.#newest));
  }

  tell(snapshot: Snapshot): void {
    this.#newest = snapshot;
    this.#send(event('snapshot', snapshot));
  }

  close(): void {
    for (const response of this.#skipped.keys()) response.end();
    this.#skipped.clear();
  }

  /** A page that reads slower than this speaks misses some of it, and is kept no queue. */
  #send(text: string): void {
    for (const [response, skipped] of this.#skipped) {
      if (!response.writableNeedDrain) {
        response.write(text);
        this.#skipped.set(response, 0);
      } else if (skipped >= MAX_SKIPPED) {
        response.destroy();
      } else {
        this.#skipped.set(response, skipped + 1);
      }
    }
  }
}

function event(name: string, value: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
}
