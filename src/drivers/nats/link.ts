import type { NatsConnectionLike, NatsPermissionLike, NatsStatusLike } from './connection-like.js';

/** What a {@link Link} tells its owner. */
export interface LinkEvents {
  /** The connection is lost and the client dials again. Once an outage. */
  readonly lost: () => void;
  /** The connection is closed: by its owner, or because the client gave up. */
  readonly gone: (reason: Error | undefined) => void;
  /** The server did not let us publish to `subject`. */
  readonly publishRefused: (subject: string) => void;
  /** The server complained of something else. */
  readonly complained: (complaint: string) => void;
}

/**
 * What is known of a connection: publishing to one that is down does not fail, and what the client buffers then
 * arrives seconds later as if it were news. So somebody has to know.
 */
export class Link {
  readonly #connection: NatsConnectionLike;
  readonly #waiting = new Set<() => void>();
  /** Absent once stopped: the connection may outlive this link by far, and must not hold on to its owner. */
  #events: LinkEvents | undefined;
  #isUp = true;

  constructor(connection: NatsConnectionLike, events: LinkEvents) {
    this.#connection = connection;
    this.#events = events;
    this.#follow().catch((error: unknown) => {
      this.#events?.complained(`the connection's status cannot be followed: ${String(error)}`);
    });
    connection.closed().then((reason) => this.#events?.gone(reason instanceof Error ? reason : undefined));
  }

  /** Whether messages leave. True until the client says otherwise: neither major tells the state that it is in. */
  get isUp(): boolean {
    return this.#isUp && !this.#connection.isClosed();
  }

  /** Resolves at the next reconnect; never, if there is none. */
  nextReconnect(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** No event comes after this. */
  stop(): void {
    this.#events = undefined;
    this.#waiting.clear();
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      // Leaving the loop is the public way to end the iterator. It takes one more event, which harms nobody.
      if (this.#events === undefined) return;
      this.#take(status, this.#events);
    }
  }

  #take(status: NatsStatusLike, events: LinkEvents): void {
    switch (status.type) {
      // Pings are not answered. The client drops the connection then, but first waits for what is unsent to leave: with
      // full socket buffers 'disconnect' comes only when the server moves again.
      case 'staleConnection':
      case 'disconnect':
        if (this.#isUp) {
          this.#isUp = false;
          events.lost();
        }
        return;
      case 'reconnect':
        this.#isUp = true;
        for (const resolve of this.#waiting) resolve();
        this.#waiting.clear();
        return;
      case 'error':
        takeError(status, events);
        return;
    }
  }
}

function takeError(status: NatsStatusLike, events: LinkEvents): void {
  const permission = permissionOf(status);
  if (permission === undefined) events.complained(status.error?.message ?? 'it answered with an error');
  else if (permission.operation === 'publish') events.publishRefused(permission.subject);
  // A refused subscription hears of it in its own callback.
}

function permissionOf({ permissionContext, error }: NatsStatusLike): NatsPermissionLike | undefined {
  if (permissionContext !== undefined) return permissionContext;
  if (error?.operation === undefined || error.subject === undefined) return undefined;
  return { operation: error.operation, subject: error.subject };
}
