import type { Parcel } from './parcel.js';

/** Nodes say one thing at a time to a peer; more than a few waiting means that the peer does not take them. */
const MAX_QUEUED = 32;

/**
 * What waits for one peer: bounded, and of heartbeats the newest alone, since an older one says nothing that it does not
 * say. What has waited too long is dropped rather than sent: late is worse than lost.
 */
export class ParcelQueue {
  readonly #maxAgeMs: number;
  readonly #parcels: Parcel[] = [];
  #dropped = 0;

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  get length(): number {
    return this.#parcels.length;
  }

  /** How many were never sent. */
  get dropped(): number {
    return this.#dropped;
  }

  push(parcel: Parcel): void {
    const outdated = parcel.kind === 'heartbeat' ? this.#parcels.findIndex(({ kind }) => kind === 'heartbeat') : -1;
    if (outdated !== -1) this.#drop(outdated);
    if (this.#parcels.length === MAX_QUEUED) this.#drop(0);
    this.#parcels.push(parcel);
  }

  /** The oldest that is young enough. */
  take(nowMs: number): Parcel | undefined {
    for (let parcel = this.#parcels.shift(); parcel !== undefined; parcel = this.#parcels.shift()) {
      if (nowMs - parcel.sentAtMs <= this.#maxAgeMs) return parcel;
      this.#dropped += 1;
    }
    return undefined;
  }

  clear(): void {
    this.#dropped += this.#parcels.length;
    this.#parcels.length = 0;
  }

  #drop(index: number): void {
    this.#parcels.splice(index, 1);
    this.#dropped += 1;
  }
}
