import type { Stretch } from './availability.js';
import type { RunRecord } from './record.js';
import { element, text, tooltip } from './svg.js';
import { BANDS, COLOURS, colourOfTerm } from './timeline-colours.js';
import { LABEL_WIDTH, PLOT_WIDTH, Strip } from './timeline-strip.js';
import type { Verdict } from './verdict.js';

/** A longer run is drawn in strips of about this, one below the other. */
const STRIP_US = 60_000_000;
/** What is shown after the members were asked to end. */
const AFTERMATH_US = 500_000;

const MARGIN = 20;
const WIDTH = MARGIN * 2 + LABEL_WIDTH + PLOT_WIDTH;
const HEAD_HEIGHT = 134;
const STRIP_GAP = 16;

const STYLE = `
  text { font-family: 'DejaVu Sans', Verdana, sans-serif; fill: ${COLOURS.ink}; font-size: 11px; }
  .title { font-size: 17px; font-weight: bold; }
  .facts { font-size: 12px; }
  .bad { font-size: 12px; font-weight: bold; fill: ${COLOURS.nobody}; }
  .axis { font-size: 9px; fill: ${COLOURS.faint}; text-anchor: middle; }
  .label { font-size: 11px; text-anchor: end; }
  .term { font-size: 10px; fill: #ffffff; text-anchor: middle; font-weight: bold; }
  .end { stroke: ${COLOURS.ended}; stroke-width: 2; fill: none; }
`;

/** The picture of a run: one lane a member and a server, terms coloured, faults marked. */
export function timeline(record: RunRecord, verdict: Verdict): string {
  const strips = cutIntoStrips({ sinceUs: record.beganUs, untilUs: record.endedUs + AFTERMATH_US }).map(
    (time) => new Strip(record, verdict, time),
  );
  const drawn: string[] = [];
  let top = HEAD_HEIGHT;
  for (const strip of strips) {
    drawn.push(element('g', { transform: `translate(${MARGIN} ${top})` }, ['\n', strip.draw(), '\n']));
    top += strip.height + STRIP_GAP;
  }
  const size = { width: WIDTH, height: top, viewBox: `0 0 ${WIDTH} ${Math.ceil(top)}` };
  return `${element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size }, [
    tooltip(titleOf(record)),
    element('style', {}, [STYLE]),
    element('rect', { width: '100%', height: '100%', fill: COLOURS.paper }),
    '\n',
    head(record, verdict),
    '\n',
    drawn.join('\n'),
    '\n',
  ])}\n`;
}

/** Of equal length. */
function cutIntoStrips({ sinceUs, untilUs }: Stretch): readonly Stretch[] {
  const count = Math.max(1, Math.round((untilUs - sinceUs) / STRIP_US));
  const lengthUs = (untilUs - sinceUs) / count;
  return Array.from({ length: count }, (_, index) => ({
    sinceUs: sinceUs + index * lengthUs,
    untilUs: sinceUs + (index + 1) * lengthUs,
  }));
}

function titleOf({ cast, seed, minutes, trustsEvents }: RunRecord): string {
  const over = cast.transport === 'nats' ? `${cast.servers.length} nats-servers` : 'plain HTTP';
  const twin = trustsEvents ? ', TWIN that trusts events' : '';
  return `Chaos: ${cast.members.length} processes over ${over}, ${minutes} min, seed ${seed}${twin}`;
}

function head(record: RunRecord, verdict: Verdict): string {
  const { availability, afterTheLastFault, counts, violations } = verdict;
  const facts = [
    `${record.faults.length} faults`,
    `${counts.elections} elections`,
    `led ${(availability.share * 100).toFixed(1)} % of the time`,
    `longest gap ${Math.round(availability.longestGapMs)} ms, after the last fault ${Math.round(afterTheLastFault.longestGapMs)} ms`,
    `${counts.writesTaken} writes taken, ${counts.writesRefused} refused`,
  ];
  const [first] = violations;
  const told = first === undefined ? 'no violation' : `${violations.length} VIOLATIONS, the first: ${first}`;
  return [
    text(titleOf(record), { x: MARGIN, y: 32, class: 'title' }),
    text(facts.join('  ·  '), { x: MARGIN, y: 53, class: 'facts' }),
    text(told, { x: MARGIN, y: 71, class: first === undefined ? 'facts' : 'bad' }),
    ...legend(96),
  ].join('\n');
}

interface LegendItem {
  readonly name: string;
  readonly swatch: readonly string[];
}

/** One row for what processes do, one for what is done to them. */
function legend(y: number): readonly string[] {
  const bar = (fill: string, height: number) => element('rect', { x: 0, y: -height + 1, width: 18, height, fill });
  const states: readonly LegendItem[] = [
    { name: 'leads this term', swatch: [bar(colourOfTerm(7), 11), text('7', { x: 9, y: -1.5, class: 'term' })] },
    { name: 'runs', swatch: [bar(COLOURS.alive, 11)] },
    { name: 'killed', swatch: [element('path', { d: 'M5 -8L13 0M5 0L13 -8', class: 'end' })] },
    { name: 'asked to end', swatch: [element('path', { d: 'M9 -10V1', class: 'end' })] },
    { name: 'somebody led', swatch: [bar(COLOURS.somebody, 7)] },
    { name: 'nobody led', swatch: [bar(COLOURS.nobody, 7)] },
    { name: 'nothing is wrong any more', swatch: [bar(COLOURS.healed, 11)] },
  ];
  const bands = Object.values(BANDS).map(({ name, colour }) => ({ name, swatch: [bar(colour, 4)] }));
  return [legendRow(states, y), legendRow(bands, y + 18)];
}

/** Lays the items out from left to right. */
function legendRow(items: readonly LegendItem[], y: number): string {
  let x = MARGIN;
  return items
    .map(({ name, swatch }) => {
      const drawn = element('g', { transform: `translate(${x} ${y})` }, [...swatch, text(name, { x: 23, y: 0 })]);
      x += 23 + name.length * 6.3 + 16;
      return drawn;
    })
    .join('\n');
}
