import { GraftError } from '../../core/errors.js';
import type { NodeId } from '../../core/names.js';

/** A restart or a lost packet is no news; a peer that does not answer for this many milliseconds is. */
const OUTAGE_MS = 3_000;

/** What is known of one peer from how its requests end; what the user should hear of it is told once, not at each. */
export class PeerHealth {
  readonly #id: NodeId;
  readonly #address: string;
  readonly #report: (error: GraftError) => void;
  #hasAnswered = false;
  #failingSinceMs: number | undefined;
  #told: string | undefined;

  constructor(options: {
    readonly id: NodeId;
    readonly address: string;
    readonly report: (error: GraftError) => void;
  }) {
    this.#id = options.id;
    this.#address = options.address;
    this.#report = options.report;
  }

  /** Whether its last request was answered, and there has been one. */
  get isAnswering(): boolean {
    return this.#hasAnswered && this.#failingSinceMs === undefined;
  }

  answered(): void {
    this.#hasAnswered = true;
    this.#failingSinceMs = undefined;
    this.#told = undefined;
  }

  /** It answers, and takes nothing: what people have set up wrongly does not mend itself, and is told at once. */
  refused(status: number, why: string): void {
    this.#hasAnswered = true;
    this.#failingSinceMs = undefined;
    const text = `peer ${this.#id} at ${this.#address} takes no messages of this node: status ${status}, ${why}`;
    this.#tell(`status ${status}`, () => new GraftError('DRIVER_FAILED', text));
  }

  failed(cause: unknown, nowMs: number): void {
    this.#failingSinceMs ??= nowMs;
    if (nowMs - this.#failingSinceMs < OUTAGE_MS) return;
    const why = cause instanceof Error ? cause.message : String(cause);
    const text = `peer ${this.#id} at ${this.#address} has not answered for ${OUTAGE_MS} ms: ${why}`;
    this.#tell('outage', () => new GraftError('DRIVER_DISCONNECTED', text, { cause }));
  }

  #tell(matter: string, error: () => GraftError): void {
    if (this.#told === matter) return;
    this.#told = matter;
    this.#report(error());
  }
}
