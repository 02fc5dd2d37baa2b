/** A source of randomness, handed in: the core draws from nothing else. */
export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
}
