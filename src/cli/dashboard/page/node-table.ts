import { brief, elapsed } from '../../time-text.js';
import type { Snapshot } from '../page-protocol.js';
import { byId, html, setText } from './elements.js';
import { KeyedRows } from './keyed-rows.js';
import { type Member, membersOf } from './members.js';
import { linkText, roleText } from './words.js';

const COLUMNS = ['Node', 'Role', 'Term', 'Lease left', 'Round trip', 'Up', 'Version'] as const;
type Column = (typeof COLUMNS)[number];

/** Whom a button of the table is for: the one that is to lead next, or whomever the leader chooses. */
export type Heir = { readonly to: string | undefined };

/** Every node in words and figures; and where that is allowed, who may lead next. */
export class NodeTable {
  readonly #rows: KeyedRows<NodeRow>;
  readonly #onHandOver: (heir: Heir) => void;

  constructor(onHandOver: (heir: Heir) => void) {
    this.#onHandOver = onHandOver;
    const table = byId('nodes');
    const body = html('tbody', { role: 'rowgroup' });
    // Roles, because on a phone the rows are laid out as cards, and a table that is no table to the eye is none to some
    // screen readers either.
    table.setAttribute('role', 'table');
    table.append(html('thead', { role: 'rowgroup' }, html('tr', { role: 'row' }, ...headings())), body);
    this.#rows = new KeyedRows(body);
  }

  show(snapshot: Snapshot, canStepDown: boolean): void {
    const members = membersOf(snapshot);
    const rows = this.#rows.show(
      members.map(({ key }) => key),
      () => new NodeRow(this.#onHandOver),
    );
    const isAskable = canStepDown && snapshot.leader !== null && snapshot.obstacle === null;
    for (const [index, member] of members.entries()) rows[index]?.show(member, snapshot.leader, isAskable);
  }
}

function headings(): readonly Element[] {
  const heading = (child: Element | string) => html('th', { role: 'columnheader', scope: 'col' }, child);
  return [...COLUMNS.map(heading), heading(html('span', { class: 'unseen' }, 'Hand over'))];
}

class NodeRow {
  readonly element = html('tr', { role: 'row' });
  readonly #cells: ReadonlyMap<Column, HTMLElement>;
  readonly #button = html('button', { type: 'button' });
  #heir: Heir = { to: undefined };

  constructor(onHandOver: (heir: Heir) => void) {
    this.#cells = new Map(
      COLUMNS.map((column) => {
        const isName = column === 'Node';
        const role = isName ? 'rowheader' : 'cell';
        return [column, html(isName ? 'th' : 'td', { role, 'data-label': column })];
      }),
    );
    this.#button.addEventListener('click', () => onHandOver(this.#heir));
    this.element.append(...this.#cells.values(), html('td', { role: 'cell', class: 'action' }, this.#button));
  }

  show(member: Member, leader: string | null, isAskable: boolean): void {
    const { id, role, node, link } = member;
    this.element.className = `row-${role} heard-${link}`;
    const hears = linkText(member, leader);
    this.#set('Node', id);
    this.#set('Role', hears === '' ? roleText(member) : `${roleText(member)}, ${hears}`);
    this.#set('Term', node === undefined ? '' : String(node.term));
    this.#set('Lease left', role === 'leader' ? brief(node?.leaseLeftMs ?? Number.POSITIVE_INFINITY) : '');
    this.#set('Round trip', node === undefined ? '' : brief(node.roundTripMs));
    this.#set('Up', node === undefined ? '' : elapsed(node.uptimeMs));
    this.#set('Version', node?.version ?? '');
    this.#offer(member, isAskable);
  }

  #set(column: Column, text: string): void {
    const cell = this.#cells.get(column);
    if (cell !== undefined) setText(cell, text);
  }

  #offer({ id, role, node }: Member, isAskable: boolean): void {
    const isLeader = role === 'leader';
    this.#heir = { to: isLeader ? undefined : id };
    this.#button.hidden = !isAskable || !(isLeader || (role === 'follower' && node?.priority !== 0));
    setText(this.#button, isLeader ? 'Step down' : 'Make leader');
    this.#button.setAttribute('aria-label', isLeader ? `Step down: ${id}` : `Make leader: ${id}`);
  }
}
