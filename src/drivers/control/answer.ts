import { GraftError } from '../../core/errors.js';
import type { ClusterName, NodeId } from '../../core/names.js';
import type { NodeControls } from '../rpc-driver.js';

/**
 * The version of questions and answers. Fields may be added to either without a new one; what a field means never
 * changes within one.
 */
export const CONTROL_VERSION = 1;

/** Why a node does not do what it was asked. */
export type RefusalReason =
  /** The question is not one. */
  | 'malformed'
  /** Nobody may make this node step down from afar: its driver was not given `allowStepDown`. */
  | 'stepDownOff'
  | 'notLeader'
  /** Nobody answers that could take over, or not the one that was named; leadership is kept. */
  | 'noHeir'
  /** Leadership was given up, and nobody was heard to take it. */
  | 'noSuccessor'
  | 'failed';

export interface Refusal {
  readonly error: RefusalReason;
  /** For people. */
  readonly message: string;
}

/** The node that is asked. */
export interface Asked {
  readonly id: NodeId;
  readonly cluster: ClusterName;
  readonly node: NodeControls;
}

/** All that a node answers, as it becomes JSON. */
export type Answer = { readonly v: number; readonly id: NodeId; readonly cluster: ClusterName };

/** Everything that the node knows. Where there is no lease, in interop mode, `leaseLeftMs` becomes null in JSON. */
export function answerStatus({ id, cluster, node }: Asked): Answer {
  return { v: CONTROL_VERSION, id, cluster, ...node.status() };
}

export function answerRefusal({ id, cluster }: Asked, refusal: Refusal): Answer & Refusal {
  return { v: CONTROL_VERSION, id, cluster, ...refusal };
}

/** Has the node step down, where that is allowed, and answers once it is done. Never rejects. */
export async function answerStepDown(
  asked: Asked,
  { allowStepDown, to }: { readonly allowStepDown: boolean; readonly to: NodeId | undefined },
): Promise<Answer | (Answer & Refusal)> {
  const { id, node } = asked;
  if (!allowStepDown) {
    return answerRefusal(asked, {
      error: 'stepDownOff',
      message: `node ${id} does not step down for anybody from afar: start its driver with allowStepDown: true`,
    });
  }
  if (!node.status().isLeader) {
    return answerRefusal(asked, { error: 'notLeader', message: `node ${id} does not lead; its status says who does` });
  }
  try {
    await node.stepDown(to);
    return answerStatus(asked);
  } catch (error) {
    return answerRefusal(asked, {
      error: (error instanceof GraftError && REASONS.get(error.code)) || 'failed',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

const REASONS: ReadonlyMap<string, RefusalReason> = new Map([
  ['NOT_LEADER', 'notLeader'],
  ['NO_HEIR', 'noHeir'],
  ['NO_SUCCESSOR', 'noSuccessor'],
]);
