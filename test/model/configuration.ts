import type { Timings } from '../../src/core/options.js';

/** One bounded world that is explored to the end. Every number is part of the claim that comes out. */
export interface Configuration {
  readonly name: string;
  /** What this one is for, in one line. */
  readonly purpose: string;
  readonly voters: number;
  readonly timings: Timings;
  /** How many milliseconds each voter's clock advances while a tick passes; by default 1. Clocks may differ in rate. */
  readonly clockRates?: readonly number[];
  /** The draws that the random generator may give, each tried wherever one is drawn. Default: 0 alone. */
  readonly draws?: readonly number[];
  readonly preVote?: boolean;
  readonly priorities?: readonly number[];
  /** The voters start with empty logs, so that they wait longer (rule 7). Default false. */
  readonly newLogs?: boolean;
  /**
   * A timer that is due may fire at any later time, as in a process that is paused or slow. Otherwise time does not
   * pass until it has fired.
   */
  readonly lateTimers: boolean;
  /** Heartbeats name the heir (rule 10). Otherwise the hint gets lost. */
  readonly heirs: boolean;
  /** Refusals say how long they last (rule 7). Otherwise the hint says `electionTimeoutMinMs`. */
  readonly hints: boolean;
  /** Voters are told apart by their ids alone, so states that differ in who is who are one. */
  readonly symmetric: boolean;
  readonly bounds: Bounds;
  /** From every state, too, a leader must be able to come: see continuation.ts. Default false. */
  readonly continued?: boolean;
  /** And within the bounds, from every state where they allow: see reachability.ts. Default false. */
  readonly reachability?: boolean;
  /** Steps that every run begins with, so that what is explored lies further on. Default: none. */
  readonly prelude?: readonly PreludeStep[];
}

/** What a run may contain. Everything within is tried; what lies beyond is cut off, and counted. */
export interface Bounds {
  /** The highest term that any voter enters. */
  readonly terms: number;
  /** Heartbeats that a leader sends in its term. */
  readonly heartbeats: number;
  /** Crashes, each followed by a restart with the disk kept. */
  readonly restarts: number;
  /** Leadership transfers, each to any voter. */
  readonly transfers: number;
  /** Writes that fail; the disk then holds the old or the new. */
  readonly failedWrites: number;
  /** Steps after the prelude. Default: as many as it takes until nothing new is found. */
  readonly steps?: number;
}

/** One step of a prelude. `a` is the first voter. */
export type PreludeStep =
  | { readonly kind: 'tick' }
  | { readonly kind: 'wake'; readonly voter: string }
  | { readonly kind: 'restart'; readonly voter: string }
  | { readonly kind: 'transfer'; readonly voter: string; readonly to: string }
  /** Of the messages in flight of that kind, from one voter to another, one of the newest term. */
  | { readonly kind: 'deliver'; readonly from: string; readonly to: string; readonly message: string };
