import { GraftError } from '../core/errors.js';
import type { Message } from '../core/messages.js';
import { causeText } from './cause-text.js';
import type { Handler, StateChange } from './handler.js';

/** The longest position that may be sent, in bytes: half of what a message may have. */
const LONGEST_POSITION = 32_768;

/** Where what the hooks themselves do wrong is told. */
export interface HookPorts {
  /** Reports an error; errors of one `source` are reported once a second at most. */
  readonly report: (error: GraftError, source: string) => void;
  /** For `asyncError` itself: reporting its failure by `asyncError` would go in circles. */
  readonly warn: (error: GraftError) => void;
}

/** Calls the user's hooks, and lets nothing that they throw, or reject with, reach the election or the process. */
export class UserHooks {
  readonly #handler: Handler;
  readonly #ports: HookPorts;

  constructor(handler: Handler, ports: HookPorts) {
    this.#handler = handler;
    this.#ports = ports;
  }

  stateChange(change: StateChange): void {
    this.guard('handler.stateChange', () => this.#handler.stateChange?.(change));
  }

  /** @returns whether anybody heard it. */
  asyncError(error: GraftError): boolean {
    const onFailure = (cause: unknown): void => {
      const text = `handler.asyncError failed: ${causeText(cause)}; it was told: ${error.message}`;
      this.#ports.warn(new GraftError('HANDLER_FAILED', text, { cause: error }));
    };
    try {
      if (this.#handler.asyncError === undefined) return false;
      const answer = this.#handler.asyncError(error);
      watch(answer, onFailure);
      return answer !== false;
    } catch (cause) {
      onFailure(cause);
      return true;
    }
  }

  /** What to send along with a request; `unknown` when the application cannot tell, and nothing should be asked. */
  position(): Uint8Array | undefined | 'unknown' {
    try {
      const position: unknown = this.#handler.currentState?.();
      if (position === undefined) return undefined;
      if (!(position instanceof Uint8Array)) throw new TypeError(`it returned ${refused(position)}, not a Uint8Array`);
      if (position.length > LONGEST_POSITION) {
        throw new RangeError(`it returned ${position.length} bytes, and ${LONGEST_POSITION} is the most`);
      }
      return position.length === 0 ? undefined : position;
    } catch (cause) {
      this.failed('handler.currentState', cause);
      return 'unknown';
    }
  }

  /** What the application says of a request; true for every other message (rule 13). */
  grantVote(message: Message): boolean {
    if (message.kind !== 'voteRequest' && message.kind !== 'preVoteRequest') return true;
    return this.grants(message.position ?? new Uint8Array(0));
  }

  /** What the application says of a candidate's position. */
  grants(position: Uint8Array): boolean {
    try {
      if (this.#handler.grantVote === undefined) return true;
      const answer: unknown = this.#handler.grantVote(position);
      if (typeof answer !== 'boolean') throw new TypeError(`it answered ${refused(answer)}, not true or false`);
      return answer;
    } catch (cause) {
      this.failed('handler.grantVote', cause);
      return false;
    }
  }

  /** Calls a piece of the user's code, whatever comes of it; `what` names it in the report. */
  guard(what: string, call: () => unknown): void {
    try {
      watch(call(), (cause) => this.failed(what, cause));
    } catch (cause) {
      this.failed(what, cause);
    }
  }

  /** Reports what a piece of the user's code threw. */
  failed(what: string, cause: unknown): void {
    this.#ports.report(new GraftError('HANDLER_FAILED', `${what} failed: ${causeText(cause)}`, { cause }), what);
  }
}

/** An answer that cannot be used. If it is a promise, nobody waits for it: its rejection must not end the process. */
function refused(answer: unknown): string {
  watch(answer, () => undefined);
  return answer instanceof Promise ? 'a promise' : causeText(answer);
}

/** A hook that turned out to be async: nobody waits for it, and its rejection must not end the process. */
function watch(returned: unknown, onFailure: (cause: unknown) => void): void {
  if (returned instanceof Promise) returned.catch(onFailure);
}
