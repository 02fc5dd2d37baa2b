import type { Elector } from '../core/elector.js';
import type { GraftError } from '../core/errors.js';
import type { Settings } from '../core/options.js';
import type { EventLoopDelay } from './event-loop-delay.js';
import type { Node } from './node.js';

/** Whoever runs a node and shows it to its user elsewhere: in another thread. */
export interface NodeHost {
  /**
   * An input was taken, and none of its effects has been performed: what is shown elsewhere from now on holds before a
   * message leaves that lets somebody else lead (rule 9).
   */
  readonly shown: (elector: Elector, delay: EventLoopDelay) => void;
}

/** A node, and what its host alone may do with it. */
export interface HostedNode {
  readonly node: Node;
  readonly settings: Settings;
  /** Whether the application can do a leader's work (rule 10). */
  readonly setFit: (fit: boolean) => void;
  /** Reports an error as the node's own. */
  readonly report: (error: GraftError) => void;
}
