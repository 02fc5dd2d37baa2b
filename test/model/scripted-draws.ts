import type { Rng } from '../../src/core/random.js';

/** A random generator that draws what it is told, and takes down what else could have been drawn. */
export class ScriptedDraws implements Rng {
  readonly #choices: readonly number[];
  #script: readonly number[] = [];
  #drawn: number[] = [];

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  /** Everything drawn since the last `play`. */
  get drawn(): readonly number[] {
    return this.#drawn;
  }

  /** The next draws are these; after them, the first choice. */
  play(script: readonly number[]): void {
    this.#script = script;
    this.#drawn = [];
  }

  next(): number {
    const draw = this.#script[this.#drawn.length] ?? this.#choices[0] ?? 0;
    this.#drawn.push(draw);
    return draw;
  }

  /** Calls `run` once for every sequence of draws that it can be given. */
  forEach(run: () => void): void {
    const scripts: (readonly number[])[] = [[]];
    for (let script = scripts.pop(); script !== undefined; script = scripts.pop()) {
      this.play(script);
      run();
      const { drawn } = this;
      for (let at = script.length; at < drawn.length; at++) {
        for (const other of this.#choices.slice(1)) scripts.push([...drawn.slice(0, at), other]);
      }
    }
  }
}
