import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Board } from '../between/board.js';
import { packTrace, RELAYED } from '../between/relayed-channels.js';
import type { Mailbag } from './mailbag.js';

/** Tells the user's side what the node publishes on this thread's channels, where somebody there wants to hear it. */
export class TraceRelay {
  readonly #listeners: readonly (readonly [name: string, listener: (message: unknown) => void])[];

  constructor(mail: Mailbag, board: Board) {
    this.#listeners = RELAYED.map((name, channel) => [
      name,
      (message) => {
        if (!board.isWanted(channel) || typeof message !== 'object' || message === null) return;
        mail.post({ kind: 'trace', channel, message: packTrace(message) });
      },
    ]);
  }

  start(): void {
    for (const [name, listener] of this.#listeners) subscribe(name, listener);
  }

  stop(): void {
    for (const [name, listener] of this.#listeners) unsubscribe(name, listener);
  }
}
