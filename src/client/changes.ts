import type { NodeId } from '../core/names.js';
import type { NodeReport } from '../drivers/control/node-report.js';
import type { ClusterStatus } from './cluster-status.js';

/** What became different from one round to the next. */
export type ClusterChange =
  | {
      readonly kind: 'leader';
      readonly from: NodeId | undefined;
      readonly to: NodeId | undefined;
      readonly term: number;
    }
  | { readonly kind: 'state'; readonly id: NodeId; readonly from: string; readonly to: string; readonly term: number }
  | { readonly kind: 'appeared' | 'silent' | 'restarted'; readonly id: NodeId }
  | { readonly kind: 'trouble' | 'troubleOver'; readonly text: string };

/** The changes between two rounds, the leader's first. The first round of all is all news. */
export function changesBetween(before: ClusterStatus | undefined, now: ClusterStatus): readonly ClusterChange[] {
  const { leader, term } = now;
  const changes: ClusterChange[] = [];
  if (before === undefined || before.leader !== leader || (leader !== undefined && before.term !== term)) {
    changes.push({ kind: 'leader', from: before?.leader, to: leader, term });
  }
  const nodesBefore = byId(before);
  const nodesNow = byId(now);
  for (const [id, node] of nodesNow) changes.push(...changesOf(nodesBefore.get(id), node));
  for (const id of nodesBefore.keys()) if (!nodesNow.has(id)) changes.push({ kind: 'silent', id });
  // A voter that never answered is news once.
  if (before === undefined) for (const id of now.missing) changes.push({ kind: 'silent', id });
  const troublesBefore = before?.troubles ?? [];
  for (const text of now.troubles) if (!troublesBefore.includes(text)) changes.push({ kind: 'trouble', text });
  for (const text of troublesBefore) if (!now.troubles.includes(text)) changes.push({ kind: 'troubleOver', text });
  return changes;
}

function byId(status: ClusterStatus | undefined): ReadonlyMap<NodeId, NodeReport> {
  return new Map((status?.nodes ?? []).map((node) => [node.id, node]));
}

function changesOf(before: NodeReport | undefined, now: NodeReport): readonly ClusterChange[] {
  const { id, state, term } = now;
  if (before === undefined) return [{ kind: 'appeared', id }];
  if (before.incarnation !== now.incarnation) return [{ kind: 'restarted', id }];
  return before.state === state ? [] : [{ kind: 'state', id, from: before.state, to: state, term }];
}
