import type { Snapshot } from '../page-protocol.js';
import { svg } from './elements.js';
import { LeaseArc } from './lease-arc.js';
import { leadingNode, type Member, membersOf } from './members.js';
import { between, frameOf, hasNames, isNamedAbove, nodeRadius, type Point, placesOnRing } from './ring-geometry.js';
import { listed, roleText } from './words.js';

const MAX_NAME = 16;
const LEASE_GAP = 9;

/** The nodes as a ring, and what reaches them from the one that leads. The table beside it says the same in words. */
export class Ring {
  readonly #drawing: Element;
  readonly #links = svg('g');
  readonly #nodes = svg('g');
  readonly #middle = svg('text', { class: 'middle', y: -6 });
  readonly #leaseText = svg('text', { class: 'middle-lease', y: 20 });
  readonly lease = new LeaseArc(this.#leaseText);
  #drawn = '';

  constructor(drawing: Element) {
    this.#drawing = drawing;
    drawing.append(this.#links, this.#middle, this.#leaseText, this.lease.element, this.#nodes);
  }

  show(snapshot: Snapshot): void {
    this.lease.take(snapshot);
    const members = membersOf(snapshot);
    const shown = JSON.stringify(
      members.map(({ key, role, link, isHeir, node }) => [key, role, link, isHeir, node?.term]),
    );
    if (shown === this.#drawn) return;
    this.#drawn = shown;
    this.#draw(members, snapshot);
  }

  #draw(members: readonly Member[], snapshot: Snapshot): void {
    const leading = leadingNode(snapshot);
    const radius = nodeRadius(members.length);
    const places = placesOnRing(members.length);
    const placed = members.map((member, index) => ({ member, at: places[index] ?? { x: 0, y: 0 } }));
    const leader = placed.find(({ member }) => leading !== undefined && member.node === leading);
    this.#links.replaceChildren(
      ...placed.flatMap(({ member, at }) => (leader === undefined ? [] : linkBetween(leader.at, at, radius, member))),
    );
    this.#nodes.replaceChildren(
      ...placed.map(({ member, at }) => nodeAt(at, radius, member, hasNames(members.length))),
    );
    this.#middle.textContent = leading === undefined ? 'nobody leads' : `term ${leading.term}`;
    if (leader !== undefined) this.lease.surround(leader.at, radius + LEASE_GAP);
    this.#drawing.setAttribute('viewBox', frameOf(places, radius).join(' '));
    this.#drawing.setAttribute('aria-label', summaryOf(members));
  }
}

function linkBetween(from: Point, to: Point, radius: number, { link, role }: Member): readonly Element[] {
  if (link === 'none' || from === to) return [];
  const [start, end] = between(from, to, radius + LEASE_GAP);
  const kind = role === 'missing' ? 'missing' : link;
  return [svg('line', { class: `link link-${kind}`, x1: start.x, y1: start.y, x2: end.x, y2: end.y })];
}

function nodeAt(at: Point, radius: number, member: Member, isNamed: boolean): Element {
  const { id, role, node, link } = member;
  const mark = svg('g', { class: `node node-${role} heard-${link}`, transform: `translate(${at.x} ${at.y})` });
  mark.append(
    svg('title', {}, `${id}: ${roleText(member)}${node === undefined ? '' : `, term ${node.term}`}`),
    svg('circle', { r: radius }),
  );
  if (!isNamed) return mark;
  const inside = node === undefined ? '✕' : String(node.term);
  // A term of many digits is written smaller, so that it stays in its circle.
  const size = Math.min(24, (2.6 * radius) / Math.max(2, inside.length));
  const below = isNamedAbove(at) ? -radius - 34 : radius + 28;
  mark.append(
    svg('text', { class: 'node-term', 'font-size': size, dy: '0.35em' }, inside),
    svg('text', { class: 'node-id', y: below }, id.length > MAX_NAME ? `${id.slice(0, MAX_NAME - 1)}…` : id),
    svg('text', { class: 'node-role', y: below + 18 }, roleText(member)),
  );
  return mark;
}

/** What the drawing shows, for who does not see it. */
function summaryOf(members: readonly Member[]): string {
  const said = new Map<string, string[]>();
  for (const member of members) said.set(roleText(member), [...(said.get(roleText(member)) ?? []), member.id]);
  return [...said].map(([text, ids]) => `${listed(ids)}: ${text}`).join('; ');
}
