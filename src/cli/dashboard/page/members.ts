import type { NodeView, Snapshot } from '../page-protocol.js';

export type Role = 'leader' | 'follower' | 'candidate' | 'observer' | 'closed' | 'missing';

/** What is heard of the leader: all is well, nothing, or nobody leads. */
export type Link = 'heard' | 'silent' | 'none';

/** Who belongs to the cluster, whether it answers or not. */
export interface Member {
  /** The same one from snapshot to snapshot. */
  readonly key: string;
  readonly id: string;
  readonly role: Role;
  /** From the leader to this one. */
  readonly link: Link;
  readonly isHeir: boolean;
  /** Undefined where it does not answer. */
  readonly node: NodeView | undefined;
}

/** In an order that does not change when one of them stops to answer, or leads. */
export function membersOf(snapshot: Snapshot): readonly Member[] {
  const { nodes, missing, unnamedMissing } = snapshot;
  const leading = leadingNode(snapshot);
  const link: Link = leading === undefined ? 'none' : 'silent';
  const silent = missing.map((id) => ({ key: id, id }));
  const unnamed = Array.from({ length: unnamedMissing }, (_, index) => ({ key: `?${index}`, id: '?' }));
  const members: readonly Member[] = [
    ...nodes.map((node, index) => memberOf(node, nodes.findIndex(({ id }) => id === node.id) !== index, leading)),
    ...[...silent, ...unnamed].map((one) => ({
      ...{ ...one, role: 'missing' as const, link, isHeir: false, node: undefined },
    })),
  ];
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...members].sort((one, other) => compare(one.id, other.id) || compare(one.key, other.key));
}

/** The node that leads; two do for a moment in a handover. Somebody else may be in a later term, and not lead. */
export function leadingNode({ nodes, leader }: Snapshot): NodeView | undefined {
  const leading = nodes.filter((node) => node.isLeader && node.id === leader);
  return [...leading].sort((one, other) => other.term - one.term)[0];
}

function memberOf(node: NodeView, isSecondOfItsId: boolean, leading: NodeView | undefined): Member {
  const { id, incarnation } = node;
  return {
    // A node that was started anew is the same one to the eye.
    key: isSecondOfItsId ? `${id} ${incarnation}` : id,
    id,
    role: roleOf(node),
    link: linkFrom(leading, node),
    isHeir: leading?.heir === id,
    node,
  };
}

function roleOf({ isLeader, observer, state }: NodeView): Role {
  if (isLeader) return 'leader';
  if (observer) return 'observer';
  if (state === 'CLOSED') return 'closed';
  // One that has won the vote and has no lease yet is about to lead, and does not.
  return state === 'FOLLOWER' ? 'follower' : 'candidate';
}

function linkFrom(leading: NodeView | undefined, node: NodeView): Link {
  if (leading === undefined || node === leading) return 'none';
  return node.leader === leading.id && node.term === leading.term ? 'heard' : 'silent';
}
