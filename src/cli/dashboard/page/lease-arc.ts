import type { Snapshot } from '../page-protocol.js';
import { setText, svg } from './elements.js';
import { leadingNode } from './members.js';

/** The lease of the one that leads: a ring around it that shrinks until the lease is prolonged. */
export class LeaseArc {
  readonly element = svg('g', { class: 'lease' });
  readonly #arc = svg('circle', { class: 'lease-arc', pathLength: 100, transform: 'rotate(-90)' });
  readonly #track = svg('circle', { class: 'lease-track' });
  readonly #text: Element;
  #leftMs = 0;
  #longestMs = 0;

  /** @param text says the same in figures. */
  constructor(text: Element) {
    this.#text = text;
    this.element.append(this.#track, this.#arc);
  }

  /** Around the circle of `radius` at `at`. */
  surround({ x, y }: { readonly x: number; readonly y: number }, radius: number): void {
    this.element.setAttribute('transform', `translate(${x} ${y})`);
    for (const circle of [this.#track, this.#arc]) circle.setAttribute('r', String(radius));
  }

  take(snapshot: Snapshot): void {
    const { ageMs, longestLeaseMs } = snapshot;
    const leaseLeftMs = leadingNode(snapshot)?.leaseLeftMs ?? 0;
    // What it had left was left when it answered, which was after it was asked: this is never more than it has.
    this.#leftMs = Math.max(0, leaseLeftMs - ageMs);
    this.#longestMs = longestLeaseMs;
  }

  /** As it is `sinceMs` after the snapshot. */
  draw(sinceMs: number): void {
    const leftMs = Math.max(0, this.#leftMs - sinceMs);
    const share = this.#longestMs === 0 ? 0 : Math.min(1, leftMs / this.#longestMs);
    this.element.toggleAttribute('hidden', this.#longestMs === 0);
    this.#arc.setAttribute('stroke-dasharray', `${(100 * share).toFixed(1)} 100`);
    // In steps of 10 ms: finer ones no eye can read. Where none is left by now, it is news that is missing.
    const text = leftMs === 0 ? 'lease –' : `lease ${10 * Math.ceil(leftMs / 10)} ms`;
    setText(this.#text, this.#longestMs === 0 ? '' : text);
  }
}
