import { GraftError } from '../core/errors.js';
import type { Message } from '../core/messages.js';
import type { Handler, StateChange } from './handler.js';

/** The longest position that may be sent, in bytes: half of what a message may have. */
const LONGEST_POSITION = 32_768;
const NO_POSITION = new Uint8Array(0);

/** Calls the user's hooks, and lets nothing that they throw reach the election. */
export class UserHooks {
  readonly #handler: Handler;
  readonly #report: (error: GraftError) => void;

  constructor(handler: Handler, report: (error: GraftError) => void) {
    this.#handler = handler;
    this.#report = report;
  }

  stateChange(change: StateChange): void {
    try {
      watch(this.#handler.stateChange?.(change), (cause) => this.failed('handler.stateChange', cause));
    } catch (cause) {
      this.failed('handler.stateChange', cause);
    }
  }

  /** @returns whether there is a hook that heard it. */
  asyncError(error: GraftError): boolean {
    if (this.#handler.asyncError === undefined) return false;
    try {
      this.#handler.asyncError(error);
      return true;
    } catch {
      // Reporting this by the same way would go in circles; the error itself must not be lost.
      return false;
    }
  }

  /** What to send along with a request; `unknown` when the application cannot tell, and nothing should be asked. */
  position(): Uint8Array | undefined | 'unknown' {
    try {
      const position = this.#handler.currentState?.();
      if (position === undefined || position.length === 0) return undefined;
      if (!(position instanceof Uint8Array)) throw new TypeError('it returned something other than a Uint8Array');
      if (position.length > LONGEST_POSITION) {
        throw new RangeError(`it returned ${position.length} bytes, and ${LONGEST_POSITION} is the most`);
      }
      return position;
    } catch (cause) {
      this.failed('handler.currentState', cause);
      return 'unknown';
    }
  }

  /** What the application says of a request; true for every other message (rule 13). */
  grantVote(message: Message): boolean {
    if (message.kind !== 'voteRequest' && message.kind !== 'preVoteRequest') return true;
    if (this.#handler.grantVote === undefined) return true;
    try {
      const answer: unknown = this.#handler.grantVote(message.position ?? NO_POSITION);
      if (typeof answer !== 'boolean') throw new TypeError(`it answered ${String(answer)}, not true or false`);
      return answer;
    } catch (cause) {
      this.failed('handler.grantVote', cause);
      return false;
    }
  }

  /** Reports what a piece of the user's code threw. */
  failed(what: string, cause: unknown): void {
    const text = cause instanceof Error ? cause.message : String(cause);
    this.#report(new GraftError('HANDLER_FAILED', `${what} failed: ${text}`, { cause }));
  }
}

/** A hook that turned out to be async: nobody waits for it, and its rejection must not end the process. */
function watch(returned: unknown, onFailure: (cause: unknown) => void): void {
  if (returned instanceof Promise) returned.catch(onFailure);
}
