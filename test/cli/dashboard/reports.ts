import { type ClusterStatus, Round } from '../../../src/client/cluster-status.js';
import { parseClusterName, parseNodeId } from '../../../src/core/names.js';
import type { NodeReport } from '../../../src/drivers/control/node-report.js';

const VOTERS = ['a', 'b', 'c'].map((id) => parseNodeId(id, 'id'));

export type Report = Partial<Omit<NodeReport, 'id' | 'leader' | 'heir'>> & {
  readonly id: string;
  readonly leader?: string;
  readonly heir?: string;
};

/** What a cluster of `a`, `b` and `c` says at `atMs`, of which each named one follows `a` unless it says otherwise. */
export function statusOf(atMs: number, ...reports: readonly Report[]): ClusterStatus {
  const round = new Round(parseClusterName('jobs'), VOTERS);
  for (const { id, leader, heir, ...rest } of reports) {
    round.add({
      ...{ id: parseNodeId(id, 'id'), version: '1.0.0', voters: VOTERS, size: 3, state: 'FOLLOWER', term: 1 },
      ...{ isLeader: false, leaseLeftMs: 0, priority: 1, observer: false, interop: false, incarnation: 1 },
      ...{ uptimeMs: 1_000, timings: undefined, measured: undefined, errors: {}, roundTripMs: 2 },
      leader: leader === undefined ? undefined : parseNodeId(leader, 'leader'),
      heir: heir === undefined ? undefined : parseNodeId(heir, 'heir'),
      ...rest,
    });
  }
  return round.end(atMs);
}

/** One that leads `term`. */
export function leading(id: string, term: number, more: Partial<Report> = {}): Report {
  return { state: 'LEADER', isLeader: true, leaseLeftMs: 400, leader: id, term, ...more, id };
}

/** One that follows `leader` in `term`. */
export function following(id: string, leader: string, term: number, more: Partial<Report> = {}): Report {
  return { leader, term, ...more, id };
}
