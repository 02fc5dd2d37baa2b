import { TOKEN_HEADER } from '../page-protocol.js';
import { byId, setText } from './elements.js';
import type { Heir } from './node-table.js';

/** Has the leader hand over, once the reader has said so twice. */
export class StepDown {
  readonly #dialog = dialogOf('step-down');
  readonly #question = byId('step-down-question');
  readonly #outcome = byId('outcome');
  /** What it is sent with; null where this page only watches. */
  token: string | null = null;
  #heir: Heir = { to: undefined };
  #leader = '';

  constructor() {
    byId('step-down-no').addEventListener('click', () => this.#dialog.close());
    byId('step-down-yes').addEventListener('click', () => {
      this.#dialog.close();
      void this.#send();
    });
  }

  /** @param leader who leads as the reader sees it. */
  ask(heir: Heir, leader: string): void {
    this.#heir = heir;
    this.#leader = leader;
    const next = heir.to ?? 'the best of the others';
    setText(this.#question, `${leader} ends its work first; then ${next} takes over.`);
    // The browser keeps the focus inside while it is open, gives it back afterwards, and closes it on Escape.
    this.#dialog.showModal();
  }

  /** Whoever leads is asked: what was meant for one is not asked of another, who has just taken over. */
  see(leader: string | null): void {
    if (!this.#dialog.open || leader === null || leader === this.#leader) return;
    this.#dialog.close();
    this.#say('failed', `Nothing was asked: ${this.#leader} leads no longer, and ${leader} does`);
  }

  async #send(): Promise<void> {
    this.#say('asking', 'Asking the leader to hand over …');
    try {
      const response = await fetch('/step-down', {
        method: 'POST',
        headers: { 'content-type': 'application/json', [TOKEN_HEADER]: this.token ?? '' },
        body: JSON.stringify(this.#heir),
      });
      const { from, to, term, message } = await response.json();
      if (!response.ok) this.#say('failed', `Nothing was handed over: ${message}`);
      else if (to === null) this.#say('failed', `${from} has stepped down; nobody was heard to lead yet`);
      else this.#say('done', `${from} has handed over to ${to}, which leads term ${term}`);
    } catch {
      this.#say('failed', 'graft dashboard did not answer: whether the leader steps down is not known');
    }
  }

  #say(state: 'asking' | 'done' | 'failed', text: string): void {
    this.#outcome.dataset['state'] = state;
    setText(this.#outcome, text);
  }
}

function dialogOf(id: string): HTMLDialogElement {
  const element = byId(id);
  if (!(element instanceof HTMLDialogElement)) throw new Error(`#${id} is no dialog`);
  return element;
}
