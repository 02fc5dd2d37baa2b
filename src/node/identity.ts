import { GraftError } from '../core/errors.js';
import type { Incarnation } from '../core/messages.js';
import { describe, type NodeId, parseNodeId } from '../core/names.js';
import type { Rng } from '../core/random.js';
import type { DurableState } from '../log/term-log.js';
import type { NodeSettings } from './options.js';

/** As many characters as graft's own ids have. */
const ID_LENGTH = 26;
const LARGEST_INCARNATION = 2 ** 48 - 1;

/**
 * The id that was given, or that the log holds, or a new one (rule 4).
 * @throws GraftError `LOG_OWNED_BY_OTHER_ID` when the first two differ; `INVALID_OPTION` when a listed voter has none.
 */
export function ownId({ id, rng, election }: NodeSettings, { nodeId }: DurableState): NodeId {
  if (id !== undefined && nodeId !== undefined && nodeId !== id) {
    throw new GraftError(
      'LOG_OWNED_BY_OTHER_ID',
      `the log belongs to node ${describe(nodeId)} and id is ${describe(id)}: give that id, or a log of its own to this node`,
    );
  }
  const known = id ?? nodeId;
  if (known !== undefined) return known;
  if ('voters' in election.cluster && election.cluster.voters !== undefined && election.observer !== true) {
    throw new GraftError(
      'INVALID_OPTION',
      `id is missing, and the log holds none: say which of cluster.voters (${election.cluster.voters.join(', ')}) this node is`,
    );
  }
  return drawId(rng);
}

/** An id for a node that was given none: drawn once, then kept in its log. */
function drawId(rng: Rng): NodeId {
  let id = '';
  for (let index = 0; index < ID_LENGTH; index++) id += Math.floor(rng.next() * 16).toString(16);
  return parseNodeId(id);
}

/** Tells this start of a process from every other (rule 4). */
export function drawIncarnation(rng: Rng): Incarnation {
  return 1 + Math.floor(rng.next() * LARGEST_INCARNATION);
}
