import type { Greeting, Snapshot } from '../page-protocol.js';

export interface Listener {
  greet(greeting: Greeting): void;
  show(snapshot: Snapshot): void;
  /** The connection is gone; whether the browser asks for another by itself. */
  lose(isRetried: boolean): void;
}

/** Hears what is new, until the page is closed. */
export function connect(listener: Listener): void {
  const source = new EventSource('/events');
  // Told by the server that this page came from, and by nobody else: of the very version that the types are of.
  source.addEventListener('greeting', ({ data }) => listener.greet(JSON.parse(data)));
  source.addEventListener('snapshot', ({ data }) => listener.show(JSON.parse(data)));
  source.addEventListener('error', () => listener.lose(source.readyState !== EventSource.CLOSED));
}
