import type { Writable } from 'node:stream';

export interface TerminalStart {
  readonly out: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly error: Writable & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  readonly noColor: boolean;
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof STYLES;

/** Where a command writes: its results to one stream, what it has to say about its work to the other. */
export class Terminal {
  readonly json: boolean;
  /** Whether what was written can be written over. */
  readonly isLive: boolean;
  readonly #out: TerminalStart['out'];
  readonly #error: TerminalStart['error'];
  readonly #isColoured: boolean;

  constructor({ out, error, env, json, noColor }: TerminalStart) {
    this.#out = out;
    this.#error = error;
    this.json = json;
    const isDumb = env['TERM'] === 'dumb';
    // no-color.org: whatever its value, as long as there is one.
    this.#isColoured = out.isTTY === true && !isDumb && !json && !noColor && (env['NO_COLOR'] ?? '') === '';
    this.isLive = out.isTTY === true && !isDumb && !json;
  }

  get columns(): number {
    return this.#out.columns ?? 100;
  }

  /** A line of the result. */
  line(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** The result as JSON, on one line. */
  value(value: object): void {
    // JSON has no Infinity: a lease that does not end is null, as on the wire.
    this.#out.write(`${JSON.stringify(value)}\n`);
  }

  /** A line about the work: errors, and what `graft run` does beside its program, whose own output goes to the other. */
  note(text: string): void {
    this.#error.write(`${text}\n`);
  }

  /** Writes over all that was painted before. Where that cannot be had, nothing. */
  repaint(lines: readonly string[]): void {
    if (!this.isLive) return;
    this.#out.write(`\u001b[H\u001b[J${lines.join('\n')}\n`);
  }

  /** From now on {@link repaint} has the screen to itself; what was there is back after {@link leaveScreen}. */
  enterScreen(): void {
    if (this.isLive) this.#out.write('\u001b[?1049h\u001b[?25l');
  }

  leaveScreen(): void {
    if (this.isLive) this.#out.write('\u001b[?25h\u001b[?1049l');
  }

  paint(style: Style, text: string): string {
    return this.#isColoured ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  }
}
