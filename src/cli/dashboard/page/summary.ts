import { elapsed } from '../../time-text.js';
import type { Snapshot } from '../page-protocol.js';
import { byId, html, setText } from './elements.js';

/** The first thing to see: who leads, how many answer, and what is not as it should be. */
export class Summary {
  readonly #headline = byId('headline');
  readonly #counts = byId('counts');
  readonly #troubles = byId('troubles');
  #shownTroubles = '';

  show(snapshot: Snapshot): void {
    const { leader, term, nodes, missing, unnamedMissing, troubles, obstacle } = snapshot;
    setText(this.#headline, headlineOf(snapshot));
    this.#headline.dataset['state'] = obstacle !== null ? 'unseen' : leader === null ? 'nobody' : 'leader';
    const observers = new Set(nodes.filter(({ observer }) => observer).map(({ id }) => id)).size;
    const answering = new Set(nodes.filter(({ observer }) => !observer).map(({ id }) => id)).size;
    const voters = answering + missing.length + unnamedMissing;
    const parts = [
      `${answering} of ${voters} voters answer`,
      ...(observers > 0 ? [`${observers} observe`] : []),
      `term ${term}`,
    ];
    setText(this.#counts, parts.join(' · '));
    this.#list([
      ...(obstacle === null ? [] : [`Nobody can be asked, so this is what was known last: ${obstacle}`]),
      ...troubles,
    ]);
  }

  #list(troubles: readonly string[]): void {
    const shown = JSON.stringify(troubles);
    if (shown === this.#shownTroubles) return;
    this.#shownTroubles = shown;
    this.#troubles.replaceChildren(...troubles.map((text) => html('li', { class: 'trouble' }, text)));
  }
}

function headlineOf({ leader, nodes, obstacle, reigns, atMs }: Snapshot): string {
  if (obstacle !== null) return 'Out of sight';
  if (leader !== null) return `${leader} leads`;
  if (nodes.length === 0) return 'Nobody answers';
  const last = reigns.at(-1);
  const sinceMs = last?.kind === 'nobody' ? atMs - last.sinceMs : 0;
  return sinceMs < 1_000 ? 'Nobody leads' : `Nobody leads, for ${elapsed(sinceMs)}`;
}
