import type { Message } from '../../core/messages.js';
import type { NodeId } from '../../core/names.js';
import type { DriverContext, RpcDriver } from '../../drivers/rpc-driver.js';

/**
 * A driver that asks the application, on its thread, before it hands a request for a vote on (rule 13). The node must have
 * the answer at once when it takes the request, so the request waits for it here; that it comes in later than others is
 * nothing that a network would not do.
 */
export class ConsultingDriver implements RpcDriver {
  readonly #driver: RpcDriver;
  readonly #consult: (position: Uint8Array) => Promise<boolean>;
  /** What was answered, by the very bytes that the node will ask about. */
  readonly #verdicts = new WeakMap<Uint8Array, boolean>();

  /** @param consult never rejects. */
  constructor(driver: RpcDriver, consult: (position: Uint8Array) => Promise<boolean>) {
    this.#driver = driver;
    this.#consult = consult;
  }

  /** For the node's handler. */
  grantVote(position: Uint8Array): boolean {
    return this.#verdicts.get(position) ?? false;
  }

  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await this.#driver.init({ ...context, receive: (message) => this.#take(message, context) }, signal);
  }

  broadcast(message: Message): void {
    this.#driver.broadcast(message);
  }

  send(to: NodeId, message: Message): void {
    this.#driver.send(to, message);
  }

  rehearse(message: Message): void {
    this.#driver.rehearse?.(message);
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  #take(message: Message, { receive }: DriverContext): void {
    if (message.kind !== 'voteRequest' && message.kind !== 'preVoteRequest') {
      receive(message);
      return;
    }
    const position = message.position ?? new Uint8Array(0);
    void this.#consult(position).then((granted) => {
      this.#verdicts.set(position, granted);
      receive({ ...message, position });
    });
  }
}
