import { clockTime } from '../../time-text.js';
import type { PastChange, Snapshot } from '../page-protocol.js';
import { byId, html, scrollingList, setText } from './elements.js';
import { KeyedRows } from './keyed-rows.js';

/** Changes worth a word to who listens; the leader is in the headline, which is read by itself. */
const SAID: ReadonlySet<PastChange['kind']> = new Set([
  ...(['silent', 'appeared', 'restarted', 'trouble', 'troubleOver', 'obstacle'] as const),
]);

/** What changed, the newest first. */
export class ChangeList {
  readonly #rows = new KeyedRows<{ readonly element: Element }>(scrollingList('changes'));
  readonly #announcer = byId('announcer');
  #heardMs: number | undefined;

  show({ changes, sinceMs }: Snapshot): void {
    // In one millisecond there may be several; the same text twice is none.
    const keyed = new Map(changes.map((change) => [`${change.atMs} ${change.text}`, change]));
    this.#rows.show([...keyed.keys()].reverse(), (key) => ({ element: lineOf(keyed.get(key)) }));
    this.#announce(changes, sinceMs);
  }

  #announce(changes: readonly PastChange[], sinceMs: number): void {
    const heardMs = this.#heardMs ?? changes.at(-1)?.atMs ?? sinceMs;
    const news = changes.filter(({ kind, atMs }) => atMs > heardMs && SAID.has(kind));
    this.#heardMs = changes.at(-1)?.atMs ?? heardMs;
    if (news.length > 0) setText(this.#announcer, news.map(({ text }) => text).join('. '));
  }
}

function lineOf(change: PastChange | undefined): Element {
  const { kind = 'state', text = '', atMs = 0 } = change ?? {};
  const time = html('time', { datetime: new Date(atMs).toISOString() }, clockTime(atMs));
  return html('li', { class: `change change-${kind}` }, time, html('span', {}, text));
}
