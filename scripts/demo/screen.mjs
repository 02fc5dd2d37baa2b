import { nowMs } from './now.mjs';

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };
/** Reports of several processes arrive within so many milliseconds of each other; they are printed in order of time. */
const ORDER_WINDOW_MS = 40;
const REFRESH_MS = 100;

/** Prints lines in order of their time, and on a terminal one line more, at the bottom, that changes in place. */
export class Screen {
  #stream;
  #isTerminal;
  #hasColours;
  #startedAtMs = nowMs();
  #entries = [];
  #timer;
  #liveText = () => undefined;
  #isLiveShown = false;
  #beforePrinting = () => undefined;
  #afterPrinting = () => undefined;

  constructor(stream) {
    this.#stream = stream;
    this.#isTerminal = stream.isTTY === true && process.env.TERM !== 'dumb';
    this.#hasColours = this.#isTerminal && !process.env.NO_COLOR;
    this.#timer = setInterval(() => this.#print(nowMs() - ORDER_WINDOW_MS), REFRESH_MS / 2);
  }

  get isTerminal() {
    return this.#isTerminal;
  }

  /** `text` in a style of the terminal's, where it has any. */
  style(name, text) {
    return this.#hasColours ? `\x1b[${STYLES[name]}m${text}\x1b[0m` : text;
  }

  /** A line that stands for itself. */
  line(text = '') {
    this.#entries.push({ atMs: nowMs(), text });
  }

  /** A line about what happened at `atMs`. */
  event(atMs, text) {
    const seconds = ((atMs - this.#startedAtMs) / 1000).toFixed(3).padStart(8);
    this.#entries.push({ atMs, text: `${this.style('dim', seconds)}  ${text}` });
  }

  /** On a terminal, shows what `text()` says at the bottom, from now on. */
  showLive(text) {
    if (this.#isTerminal) this.#liveText = text;
  }

  /** Calls `before` and `after` around what is printed: who has a prompt there must move it. */
  aroundPrinting({ before, after }) {
    this.#beforePrinting = before;
    this.#afterPrinting = after;
  }

  /** Prints everything now. */
  drain() {
    this.#print(Number.POSITIVE_INFINITY);
  }

  close() {
    this.#liveText = () => undefined;
    this.drain();
    clearInterval(this.#timer);
  }

  #clear() {
    if (this.#isLiveShown) this.#stream.write('\r\x1b[2K');
    this.#isLiveShown = false;
    this.#beforePrinting();
  }

  #print(untilMs) {
    const due = this.#entries.filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs);
    this.#entries = this.#entries.filter(({ atMs }) => atMs > untilMs);
    const live = this.#liveText();
    if (due.length === 0 && live === undefined && !this.#isLiveShown) return;
    this.#clear();
    for (const { text } of due) this.#stream.write(`${text}\n`);
    if (live !== undefined) {
      const columns = this.#stream.columns ?? 80;
      this.#stream.write(live.slice(0, columns - 1));
      this.#isLiveShown = true;
    }
    this.#afterPrinting();
  }
}
