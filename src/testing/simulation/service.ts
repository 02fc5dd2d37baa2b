import type { Rng } from '../../core/random.js';
import type { Clock } from '../../node/clock.js';
import type { Handler } from '../../node/handler.js';
import type { Node } from '../../node/node.js';

/** One process of a world, as its service sees it. */
export interface ServiceContext {
  /** Of the machine that it runs on. */
  readonly id: string;
  /** Counts the processes of that machine, from 1. */
  readonly life: number;
  /** Its time, with drift and stops: whatever the service waits for has to wait by this clock. */
  readonly clock: Clock;
  /** Its randomness: the same for the same seed. */
  readonly random: Rng;
  /** The position that the plan gives the application now (rule 13). */
  readonly position: () => number;
}

/** What runs in each process of a world beside the node: a user's own code. */
export interface Service {
  readonly handler?: Handler;
  /** As `Node.start` takes it. */
  readonly drainTimeoutMs?: number;
  /**
   * Called once the node has started. A promise that rejects with a GraftError ends the process, which is then started
   * again; with anything else it ends the world.
   */
  run?(node: Node): Promise<void> | void;
}

/** Called for each process that starts. */
export type ServiceFactory = (context: ServiceContext) => Service;
