import type { Socket } from 'node:net';

/** How bytes may flow now. */
export interface Flow {
  readonly isSilent: boolean;
  readonly delayMs: number;
  readonly bytesPerSecond: number;
}

export interface Ends {
  readonly source: Socket;
  readonly sink: Socket;
  readonly onStop: () => void;
}

/** A throttled line says a little every so often, not much now and then. */
const SLICE_MS = 50;
/** What waits is held here up to this much, and then where it comes from. */
const MOST_WAITING_BYTES = 1 << 20;

interface Parcel {
  /** `undefined`: the source has said all. */
  readonly bytes: Buffer | undefined;
  readonly dueMs: number;
}

/** Carries bytes from one socket to another, in order, as a {@link Flow} lets them. */
export class Pump {
  readonly #flow: Flow;
  readonly #ends: Ends;
  #parcels: Parcel[] = [];
  #waitingBytes = 0;
  /** When the throttle lets the next bytes through. */
  #freeMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(flow: Flow, ends: Ends) {
    this.#flow = flow;
    this.#ends = ends;
    ends.source.on('data', (bytes) => this.#take(Buffer.from(bytes)));
    ends.source.on('end', () => this.#take(undefined));
    ends.sink.on('drain', () => this.flow());
  }

  /** Lets through what may go now, and comes back for the rest. */
  flow(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#letThrough();
    const [next] = this.#parcels;
    if (next !== undefined && !this.#flow.isSilent && !this.#ends.sink.writableNeedDrain) {
      this.#timer = setTimeout(() => this.flow(), Math.max(1, Math.max(next.dueMs, this.#freeMs) - performance.now()));
    }
    if (this.#waitingBytes < MOST_WAITING_BYTES) this.#ends.source.resume();
    else this.#ends.source.pause();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#parcels = [];
    this.#ends.onStop();
  }

  #take(bytes: Buffer | undefined): void {
    if (this.#isStopped) return;
    this.#parcels.push({ bytes, dueMs: performance.now() + this.#flow.delayMs });
    this.#waitingBytes += bytes?.length ?? 0;
    this.flow();
  }

  #letThrough(): void {
    const { sink } = this.#ends;
    for (;;) {
      const [parcel] = this.#parcels;
      const nowMs = performance.now();
      const mayGo = parcel !== undefined && nowMs >= parcel.dueMs && nowMs >= this.#freeMs;
      if (!mayGo || this.#flow.isSilent || sink.writableNeedDrain) return;
      this.#parcels.shift();
      if (parcel.bytes === undefined) {
        sink.end();
        continue;
      }
      const { bytesPerSecond } = this.#flow;
      const slice = parcel.bytes.subarray(0, Math.max(1, Math.floor((bytesPerSecond * SLICE_MS) / 1000)));
      const rest = parcel.bytes.subarray(slice.length);
      if (rest.length > 0) this.#parcels.unshift({ bytes: rest, dueMs: parcel.dueMs });
      this.#waitingBytes -= slice.length;
      this.#freeMs = nowMs + (slice.length / bytesPerSecond) * 1000;
      sink.write(slice);
    }
  }
}
