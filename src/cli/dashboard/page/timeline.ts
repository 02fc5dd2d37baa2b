import { clockTime, elapsed } from '../../time-text.js';
import type { Reign, Snapshot } from '../page-protocol.js';
import { byId, html, scrollingList, setText, svg } from './elements.js';
import { KeyedRows } from './keyed-rows.js';
import { laneOf, lanesOf, type Span, spansWithin } from './timeline-spans.js';

const LANE_PX = 30;
/** A reign of a millisecond is seen too. */
const MIN_BAR_PX = 3;
/** Of a letter on a bar, and of what stands around a text there. */
const LETTER_PX = 8;
const TICKS = 4;

/** Who led when: a strip for each that did, and the same as a list. */
export class Timeline {
  readonly #timeline = byId('timeline');
  readonly #names = html('div', { class: 'lanes', 'aria-hidden': 'true' });
  readonly #strip = svg('svg', { class: 'strip', role: 'img' });
  readonly #reigns = new KeyedRows<ReignRow>(scrollingList('reigns'));
  #windowMs = 60_000;
  #newest: { readonly snapshot: Snapshot; readonly nowMs: number } | undefined;

  constructor() {
    this.#timeline.append(this.#names, this.#strip);
    for (const choice of document.querySelectorAll<HTMLInputElement>('input[name=window]')) {
      choice.addEventListener('change', () => {
        this.#windowMs = Number(choice.value);
        if (this.#newest !== undefined) this.show(this.#newest.snapshot, this.#newest.nowMs);
      });
    }
  }

  show(snapshot: Snapshot, nowMs: number): void {
    this.#newest = { snapshot, nowMs };
    const spans = spansWithin(snapshot.reigns, nowMs, this.#windowMs);
    const lanes = lanesOf(spans);
    const widthPx = this.#strip.getBoundingClientRect().width;
    const words = spans.map(({ reign }) => reignText(reign, nowMs)).join('; ');
    this.#names.replaceChildren(...lanes.map((lane) => html('span', { title: lane }, lane)));
    this.#strip.setAttribute('height', String(LANE_PX * lanes.length + 22));
    this.#strip.setAttribute('aria-label', `The last ${elapsed(this.#windowMs)}, oldest first: ${words}`);
    this.#strip.replaceChildren(
      ...ticks(lanes.length, this.#windowMs),
      ...spans.map((span) => bar(span, { lane: lanes.indexOf(laneOf(span.reign)), widthPx, nowMs })),
    );
    this.#list(snapshot.reigns, nowMs);
  }

  #list(reigns: readonly Reign[], nowMs: number): void {
    const keyed = new Map(reigns.map((reign) => [`${reign.sinceMs} ${laneOf(reign)} ${reign.term}`, reign]));
    const newestFirst = [...keyed].reverse();
    const rows = this.#reigns.show(
      newestFirst.map(([key]) => key),
      () => new ReignRow(),
    );
    for (const [index, [, reign]] of newestFirst.entries()) rows[index]?.show(reign, nowMs);
  }
}

class ReignRow {
  readonly element = html('li');
  readonly #time = html('time');
  readonly #text = html('span');

  constructor() {
    this.element.append(this.#time, this.#text);
  }

  show(reign: Reign, nowMs: number): void {
    this.element.className = `reign reign-${reign.kind}`;
    this.#time.dateTime = new Date(reign.sinceMs).toISOString();
    setText(this.#time, clockTime(reign.sinceMs));
    setText(this.#text, reignText(reign, nowMs));
  }
}

function reignText(reign: Reign, nowMs: number): string {
  const { kind, leader, term, untilMs } = reign;
  const lastedMs = Math.max(0, (untilMs ?? nowMs) - reign.sinceMs);
  const lasted = lastedMs < 1_000 ? `${Math.round(lastedMs)} ms` : elapsed(lastedMs);
  const what = kind === 'leader' ? `${leader}, term ${term}` : laneOf(reign);
  return `${what}, for ${lasted}${untilMs === null ? ' so far' : ''}`;
}

interface BarPlace {
  readonly lane: number;
  /** Of the whole strip. */
  readonly widthPx: number;
  readonly nowMs: number;
}

function bar({ reign, from, to }: Span, { lane, widthPx, nowMs }: BarPlace): Element {
  const { kind, term } = reign;
  const barPx = (to - from) * widthPx;
  const width = barPx < MIN_BAR_PX ? MIN_BAR_PX : `${100 * (to - from)}%`;
  const text = kind === 'leader' ? `term ${term}` : '';
  return svg(
    'svg',
    { class: `bar bar-${kind}`, x: `${100 * from}%`, y: lane * LANE_PX + 4, width, height: LANE_PX - 8 },
    svg('title', {}, reignText(reign, nowMs)),
    svg('rect', { width: '100%', height: '100%', rx: Math.min(4, barPx / 3) }),
    ...(barPx < LETTER_PX * (text.length + 2) ? [] : [svg('text', { x: LETTER_PX, y: LANE_PX - 14 }, text)]),
  );
}

function ticks(lanes: number, windowMs: number): readonly Element[] {
  const bottom = lanes * LANE_PX;
  return Array.from({ length: TICKS + 1 }, (_, index) => {
    const x = `${(100 * index) / TICKS}%`;
    const agoMs = windowMs * (1 - index / TICKS);
    const anchor = index === 0 ? 'start' : index === TICKS ? 'end' : 'middle';
    return svg(
      'g',
      { class: index % 2 === 0 ? 'tick' : 'tick tick-minor' },
      svg('line', { x1: x, x2: x, y1: 0, y2: bottom }),
      svg('text', { x, y: bottom + 16, 'text-anchor': anchor }, agoMs === 0 ? 'now' : `${elapsed(agoMs)} ago`),
    );
  });
}
