import type { UserHooks } from '../../node/user-hooks.js';
import type { Position } from '../between/messages.js';

/** The application's position, published ahead: the worker cannot wait for it when it asks for votes (rule 13). */
export class PublishedPosition {
  readonly #hooks: UserHooks;
  readonly #publish: (position: Position) => void;
  #last: Position;

  constructor(hooks: UserHooks, publish: (position: Position) => void) {
    this.#hooks = hooks;
    this.#publish = publish;
    this.#last = this.#ask();
  }

  /** What was published last. */
  get last(): Position {
    return this.#last;
  }

  /** Asks the application anew, and publishes what has changed. */
  renew(): void {
    const position = this.#ask();
    if (areEqual(position, this.#last)) return;
    this.#last = position;
    this.#publish(position);
  }

  /** A copy: the application may go on writing into its bytes. */
  #ask(): Position {
    const position = this.#hooks.position();
    return position instanceof Uint8Array ? position.slice() : position;
  }
}

function areEqual(one: Position, other: Position): boolean {
  if (!(one instanceof Uint8Array) || !(other instanceof Uint8Array)) return one === other;
  return Buffer.compare(one, other) === 0;
}
