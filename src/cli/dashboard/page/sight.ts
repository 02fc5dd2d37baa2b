import { elapsed } from '../../time-text.js';
import { byId, setText } from './elements.js';

/** Whether what the page shows is what is now. A page that shows the past as the present is worse than none. */
export class Sight {
  readonly #chip = byId('sight');
  readonly #headline = byId('headline');
  patienceMs = 5_000;
  isLive = false;
  #loss: string | undefined = 'connecting …';

  /** News came. */
  gain(): void {
    this.#loss = undefined;
  }

  lose(isRetried: boolean): void {
    this.#loss = isRetried
      ? 'no connection to graft dashboard; trying again'
      : 'graft dashboard turns this page away: load it again, or close another one';
  }

  /** @param sinceMs since the last news. */
  show(sinceMs: number): void {
    const isLate = sinceMs > this.patienceMs;
    const late = isLate ? `no news for ${elapsed(sinceMs)}` : undefined;
    this.isLive = (this.#loss ?? late) === undefined;
    setText(this.#chip, this.#loss ?? late ?? 'live');
    document.documentElement.dataset['sight'] = this.isLive ? 'live' : 'lost';
    const headline = this.#headline.textContent;
    document.title = this.isLive ? `${headline} · graft` : `(${headline}?) · graft`;
  }
}
