import type { Source } from './source.js';

/** What takes bytes from strangers, ready to be fed. */
export interface OpenTarget extends AsyncDisposable {
  /**
   * One case.
   * @returns what became of it, one of a few words: that none is always the same shows that the cases are not idle.
   * @throws when it is anything but taken, or refused as it should be.
   */
  feed(source: Source): string | Promise<string>;
  /** What must hold of the whole, now and then. @throws when it does not. */
  inspect(): void | Promise<void>;
}

/** What a target may need of its surroundings. */
export interface Surroundings {
  /** The folder with what Go graft wrote. */
  readonly fixtures: string;
  /** A nats-server, for targets that ask for one. */
  readonly natsUrl: string;
}

export interface Target {
  readonly name: string;
  readonly purpose: string;
  /** After so many cases everything is inspected, memory too. */
  readonly inspectEvery: number;
  readonly needsServer?: boolean;
  readonly open: (surroundings: Surroundings) => Promise<OpenTarget>;
}
