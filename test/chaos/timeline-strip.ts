import type { Stretch } from './availability.js';
import { describeAction } from './fault.js';
import type { PlayedFault, RunRecord } from './record.js';
import { element, text, tooltip } from './svg.js';
import { BANDS, bandOf, COLOURS, colourOfTerm } from './timeline-colours.js';
import type { Verdict } from './verdict.js';

export const LABEL_WIDTH = 58;
export const PLOT_WIDTH = 1320;

const AXIS_HEIGHT = 18;
const LEADER_LANE_HEIGHT = 14;
const BAR = { member: 16, server: 9 };
/** Below each bar, the faults that are on it: so many at once, one under the other. */
const BAND_ROWS = 3;
const BAND_HEIGHT = 3.5;
const LANE_GAP = 5;
const TICK_EVERY_S = 5;

interface Lane {
  readonly name: string;
  readonly barHeight: number;
  /** When its process ran. */
  readonly alive: readonly Stretch[];
}

/** One strip of the picture: all lanes for one stretch of time. */
export class Strip {
  readonly height: number;
  readonly #record: RunRecord;
  readonly #verdict: Verdict;
  readonly #time: Stretch;
  readonly #lanes: readonly Lane[];

  constructor(record: RunRecord, verdict: Verdict, time: Stretch) {
    this.#record = record;
    this.#verdict = verdict;
    this.#time = time;
    this.#lanes = [...record.cast.members.map((id) => this.#memberLane(id)), ...this.#serverLanes()];
    this.height = AXIS_HEIGHT + LEADER_LANE_HEIGHT + this.#lanes.reduce((sum, lane) => sum + heightOf(lane), 0);
  }

  /** Drawn with its upper left corner at 0, 0. */
  draw(): string {
    const parts = [this.#axis(), this.#leaderLane(AXIS_HEIGHT)];
    let top = AXIS_HEIGHT + LEADER_LANE_HEIGHT;
    for (const lane of this.#lanes) {
      parts.push(element('g', { transform: `translate(0 ${top})` }, this.#lane(lane)));
      top += heightOf(lane);
    }
    return parts.join('\n');
  }

  // ---------------------------------------------------------------- time

  #xOf(atUs: number): number {
    const { sinceUs, untilUs } = this.#time;
    return LABEL_WIDTH + ((atUs - sinceUs) / (untilUs - sinceUs)) * PLOT_WIDTH;
  }

  /** Where a stretch lies on this strip, if it does. */
  #span({ sinceUs, untilUs }: Stretch): { readonly x: number; readonly width: number } | undefined {
    const from = Math.max(sinceUs, this.#time.sinceUs);
    const until = Math.min(untilUs, this.#time.untilUs);
    if (until < from) return undefined;
    // What is short must still be seen.
    return { x: this.#xOf(from), width: Math.max(1.5, this.#xOf(until) - this.#xOf(from)) };
  }

  #box(stretch: Stretch, box: { readonly y: number; readonly height: number; readonly fill: string }, hint?: string) {
    const span = this.#span(stretch);
    if (span === undefined) return '';
    return element('rect', { ...span, ...box }, hint === undefined ? [] : [tooltip(hint)]);
  }

  #axis(): string {
    const { beganUs, healedUs, endedUs } = this.#record;
    const parts = [
      this.#box(
        { sinceUs: healedUs, untilUs: endedUs },
        { y: AXIS_HEIGHT, height: this.height - AXIS_HEIGHT, fill: COLOURS.healed },
        'nothing is wrong any more',
      ),
    ];
    const firstS = Math.ceil((this.#time.sinceUs - beganUs) / 1e6 / TICK_EVERY_S) * TICK_EVERY_S;
    for (let atS = firstS; beganUs + atS * 1e6 <= this.#time.untilUs; atS += TICK_EVERY_S) {
      const x = this.#xOf(beganUs + atS * 1e6);
      parts.push(element('line', { x1: x, x2: x, y1: 14, y2: this.height - 2, stroke: COLOURS.grid }));
      if (atS % 10 === 0) parts.push(text(`${atS} s`, { x, y: 10, class: 'axis' }));
    }
    return parts.join('');
  }

  // ---------------------------------------------------------------- lanes

  #leaderLane(top: number): string {
    const box = (fill: string) => ({ y: top + 2, height: 7, fill });
    const { gaps } = this.#verdict.availability;
    const gapMs = ({ sinceUs, untilUs }: Stretch) => Math.round((untilUs - sinceUs) / 1000);
    return [
      text('led', { x: LABEL_WIDTH - 8, y: top + 9, class: 'label' }),
      this.#box({ sinceUs: this.#record.beganUs, untilUs: this.#record.endedUs }, box(COLOURS.somebody)),
      ...gaps.map((gap) => this.#box(gap, box(COLOURS.nobody), `nobody led for ${gapMs(gap)} ms`)),
    ].join('');
  }

  #memberLane(id: string): Lane {
    const lives = this.#record.lives.filter((life) => life.id === id);
    const alive = lives.map(({ startedUs, endedUs }) => ({ sinceUs: startedUs, untilUs: endedUs }));
    return { name: id, barHeight: BAR.member, alive };
  }

  #serverLanes(): readonly Lane[] {
    const { cast, faults, lives } = this.#record;
    const first = Math.min(...lives.map(({ startedUs }) => startedUs));
    const last = Math.max(...lives.map(({ endedUs }) => endedUs));
    return cast.servers.map((name) => {
      const downs = faults.filter((fault) => fault.on === name && isEndOfProcess(fault));
      const starts = [first, ...downs.map(({ untilUs }) => untilUs)];
      const ends = [...downs.map(({ fromUs }) => fromUs), last];
      const alive = starts.map((sinceUs, index) => ({ sinceUs, untilUs: ends[index] ?? last }));
      return { name, barHeight: BAR.server, alive };
    });
  }

  #lane(lane: Lane): readonly string[] {
    const { name, barHeight, alive } = lane;
    const faults = this.#record.faults.filter(({ on, to }) => on === name || to === name);
    return [
      text(name, { x: LABEL_WIDTH - 8, y: barHeight / 2 + 4, class: 'label' }),
      ...alive.map((stretch) => this.#box(stretch, { y: 0, height: barHeight, fill: COLOURS.alive })),
      ...this.#leaderships(lane),
      ...this.#bands(faults, barHeight),
      ...faults.filter(isEndOfProcess).map((fault) => this.#end(fault, barHeight)),
    ];
  }

  #leaderships({ name, barHeight }: Lane): readonly string[] {
    return this.#verdict.leaderships
      .filter((span) => span.name.split('#')[0] === name)
      .map((leadership) => {
        const span = this.#span(leadership);
        if (span === undefined) return '';
        const { term } = leadership;
        const box = { y: 0, height: barHeight, fill: colourOfTerm(term) };
        const isWide = span.width > 8 * String(term).length + 4;
        const figure = text(String(term), { x: span.x + span.width / 2, y: barHeight - 4, class: 'term' });
        return `${this.#box(leadership, box, `${leadership.name} leads term ${term}`)}${isWide ? figure : ''}`;
      });
  }

  /** Faults that last, in the first row that is free at their start. */
  #bands(faults: readonly PlayedFault[], barHeight: number): readonly string[] {
    const busyUntilUs = new Array<number>(BAND_ROWS).fill(0);
    return faults.map((fault) => {
      const kind = bandOf(fault.fault.action);
      if (kind === undefined || fault.skipped !== undefined) return '';
      const free = busyUntilUs.findIndex((untilUs) => untilUs <= fault.fromUs);
      const row = free === -1 ? BAND_ROWS - 1 : free;
      busyUntilUs[row] = fault.untilUs;
      const stretch = { sinceUs: fault.fromUs, untilUs: fault.untilUs };
      const y = barHeight + 0.5 + row * BAND_HEIGHT;
      return this.#box(stretch, { y, height: BAND_HEIGHT - 0.5, fill: BANDS[kind].colour }, hintOf(fault));
    });
  }

  /** A cross where a process was killed, a bar where it was asked to end. */
  #end(fault: PlayedFault, barHeight: number): string {
    const { fromUs } = fault;
    if (fromUs < this.#time.sinceUs || fromUs > this.#time.untilUs) return '';
    const x = this.#xOf(fromUs);
    const middle = barHeight / 2;
    const isKill = fault.fault.action.kind === 'kill' || fault.fault.action.kind === 'serverKill';
    const size = Math.min(4, middle);
    const d = isKill
      ? `M${x - size} ${middle - size}L${x + size} ${middle + size}M${x - size} ${middle + size}L${x + size} ${middle - size}`
      : `M${x} 0V${barHeight}`;
    return element('path', { d: d.replace(/\d+\.\d+/g, (figure) => Number(figure).toFixed(1)), class: 'end' }, [
      tooltip(hintOf(fault)),
    ]);
  }
}

function heightOf({ barHeight }: Lane): number {
  return barHeight + BAND_ROWS * BAND_HEIGHT + LANE_GAP;
}

function isEndOfProcess({ fault, skipped }: PlayedFault): boolean {
  return bandOf(fault.action) === undefined && skipped === undefined;
}

function hintOf({ fault, on, fromUs, untilUs }: PlayedFault): string {
  return `${describeAction(fault.action)} (${on}), ${Math.round((untilUs - fromUs) / 1000)} ms`;
}
