import type { Snapshot } from '../page-protocol.js';
import { byId, html, setText } from './elements.js';
import { headlineOf, sinceNobodyLeads } from './headline.js';

/** The first thing to see: who leads, how many answer, and what is not as it should be. */
export class Summary {
  readonly #headline = byId('headline');
  readonly #counts = byId('counts');
  readonly #troubles = byId('troubles');
  #shownTroubles = '';

  show(snapshot: Snapshot): void {
    const { leader, term, nodes, unshownNodes, missing, unnamedMissing, troubles, obstacle } = snapshot;
    setText(this.#headline, headlineOf(snapshot));
    this.#headline.dataset['state'] = obstacle !== null ? 'unseen' : leader === null ? 'nobody' : 'leader';
    const observers = new Set(nodes.filter(({ observer }) => observer).map(({ id }) => id)).size;
    const answering = new Set(nodes.filter(({ observer }) => !observer).map(({ id }) => id)).size;
    const voters = answering + missing.length + unnamedMissing;
    const parts = [
      `${answering} of ${voters} voters answer`,
      ...(observers > 0 ? [`${observers} observe`] : []),
      ...(unshownNodes > 0 ? [`${unshownNodes} more are not shown`] : []),
      `term ${term}`,
      ...sinceNobodyLeads(snapshot),
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
