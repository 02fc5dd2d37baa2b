import type { Incarnation } from '../core/messages.js';
import { type NodeId, parseNodeId } from '../core/names.js';
import type { Rng } from '../core/random.js';

/** As many characters as graft's own ids have. */
const ID_LENGTH = 26;
const LARGEST_INCARNATION = 2 ** 48 - 1;

/** An id for a node that was given none: drawn once, then kept in its log (rule 4). */
export function drawId(rng: Rng): NodeId {
  let id = '';
  for (let index = 0; index < ID_LENGTH; index++) id += Math.floor(rng.next() * 16).toString(16);
  return parseNodeId(id);
}

/** Tells this start of a process from every other (rule 4). */
export function drawIncarnation(rng: Rng): Incarnation {
  return 1 + Math.floor(rng.next() * LARGEST_INCARNATION);
}
