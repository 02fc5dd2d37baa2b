/** What goes wrong in a world while it is not calm. */
export const FAULTS = [
  /** A message is lost. */
  'loss',
  /** A message arrives up to 5 s late. */
  'delay',
  /** Links are cut, each direction by itself. */
  'cut',
  /** A process dies at once and is started again, its disk kept. */
  'restart',
  /** An event loop is blocked: messages pile up, then come before the timers. */
  'pause',
  /** A machine sleeps: its monotonic clock stands still, its wall clock goes on. */
  'suspend',
  /** A wall clock is set: forward only where machines sleep too, as rule 8 needs one of the two clocks to go on. */
  'wallStep',
  /** A write fails, whether or not it reached the disk. */
  'persistFailure',
  /** A leader is told to hand over, to anyone or to somebody, and may die right after. */
  'transfer',
  /** A node is told to campaign. */
  'campaign',
  /** Nodes are told that some process is gone, be it so or not. */
  'falseHint',
] as const;

export type Fault = (typeof FAULTS)[number];

/** Which faults there are, and whether any happen now. */
export class Weather {
  readonly kinds: readonly Fault[];
  #calm = false;

  constructor(kinds: readonly Fault[] = FAULTS) {
    this.kinds = kinds;
  }

  get calm(): boolean {
    return this.#calm;
  }

  calmDown(): void {
    this.#calm = true;
  }

  /** Whether this may go wrong now. */
  brings(fault: Fault): boolean {
    return !this.#calm && this.kinds.includes(fault);
  }
}
