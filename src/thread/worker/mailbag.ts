import type { Board } from '../between/board.js';
import type { FromWorker } from '../between/messages.js';

/** How many messages may lie unread on the user's side before what can be spared is. */
const MOST_UNREAD = 256;

/** What the mailbag needs of a port. */
export interface Letterbox {
  postMessage(message: FromWorker): void;
}

/**
 * What the worker tells the user's side, in order. A main thread that hangs for ever must not grow memory: while it has
 * much to read, errors (which are counted all the same) and traces are left out, and of the leader changes the newest is
 * kept back.
 * What an answer or the user's work depends on is always told; a hung node soon has nothing more of that to tell.
 */
export class Mailbag {
  readonly #box: Letterbox;
  readonly #board: Board;
  #posted = 0;
  #heldBack: FromWorker | undefined;

  constructor(box: Letterbox, board: Board) {
    this.#box = box;
    this.#board = board;
  }

  get isFull(): boolean {
    return ((this.#posted - this.#board.messagesRead) | 0) >= MOST_UNREAD;
  }

  post(message: FromWorker): void {
    this.release();
    if (this.isFull && message.kind === 'leaderChange') this.#heldBack = message;
    else if (!this.isFull || (message.kind !== 'error' && message.kind !== 'trace')) this.#send(message);
  }

  /** Sends what was kept back, if there is room again. */
  release(): void {
    if (this.#heldBack === undefined || this.isFull) return;
    this.#send(this.#heldBack);
    this.#heldBack = undefined;
  }

  #send(message: FromWorker): void {
    this.#posted = (this.#posted + 1) | 0;
    this.#box.postMessage(message);
  }
}
