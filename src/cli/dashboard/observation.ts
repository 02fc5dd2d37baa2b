import { changesBetween } from '../../client/changes.js';
import type { ClusterStatus } from '../../client/cluster-status.js';
import type { NodeReport } from '../../drivers/control/node-report.js';
import { changeText } from '../change-text.js';
import type { NodeView, PastChange, Reign, Snapshot } from './page-protocol.js';
import { Reigns } from './reigns.js';

const RECENT = 40;
/**
 * Every voter of the greatest cluster, and observers. More would be a page that nobody reads, sent several times a
 * second.
 */
const MAX_NODES = 300;
/** Likewise: whoever answers in the name of nodes can have every one of them be a trouble, */
const MAX_TROUBLES = 40;
/** and have each name all the voters that there can be. */
const MAX_TEXT = 400;

const PLAIN = { paint: (_style: string, text: string): string => text };

/** What was seen of a cluster, round after round. */
export class Observation {
  readonly #sinceMs: number;
  readonly #reigns = new Reigns();
  readonly #changes: PastChange[] = [];
  #status: ClusterStatus | undefined;
  #longestLeaseMs = 0;
  #obstacle: string | undefined;

  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  take(status: ClusterStatus): void {
    const { atMs, leader, term } = status;
    if (this.#obstacle !== undefined) this.#note({ atMs, kind: 'appeared', text: 'the cluster can be asked again' });
    this.#obstacle = undefined;
    for (const change of changesBetween(this.#status, status)) {
      this.#note({ atMs, kind: change.kind, text: changeText(change, PLAIN) });
    }
    this.#reigns.take({ kind: kindOf(status), leader: leader ?? null, term }, atMs);
    const isOther = this.#status?.leader !== leader || this.#status?.term !== term;
    this.#longestLeaseMs = Math.max(isOther ? 0 : this.#longestLeaseMs, leaseLeftOf(status));
    this.#status = status;
  }

  /** Nobody can be asked, and why. */
  lose(why: string, atMs: number): void {
    if (this.#obstacle !== why) this.#note({ atMs, kind: 'obstacle', text: why });
    this.#obstacle = why;
    this.#reigns.take({ kind: 'unseen', leader: null, term: this.#status?.term ?? 0 }, atMs);
  }

  /** @param ageMs how long ago the last round was asked. */
  snapshot(atMs: number, ageMs: number): Snapshot {
    const status = this.#status;
    const missing = status?.missing ?? [];
    const nodes = status === undefined ? [] : shownOf(status);
    return {
      ...{ atMs, ageMs, sinceMs: this.#sinceMs },
      leader: status?.leader ?? null,
      term: status?.term ?? 0,
      longestLeaseMs: this.#longestLeaseMs,
      nodes: nodes.map(viewOf),
      unshownNodes: (status?.nodes.length ?? 0) - nodes.length,
      missing,
      unnamedMissing: (status?.missingCount ?? 0) - missing.length,
      troubles: (status?.troubles ?? []).slice(0, MAX_TROUBLES).map(cut),
      obstacle: this.#obstacle ?? null,
      reigns: this.#reigns.all,
      changes: [...this.#changes],
    };
  }

  #note(change: PastChange): void {
    this.#changes.push({ ...change, text: cut(change.text) });
    this.#changes.splice(0, this.#changes.length - RECENT);
  }
}

/** Who is shown where there are too many: the one that leads before all, and voters before observers. */
function shownOf({ nodes, leader }: ClusterStatus): readonly NodeReport[] {
  if (nodes.length <= MAX_NODES) return nodes;
  const rank = ({ id, isLeader, observer }: NodeReport): number => (isLeader && id === leader ? 0 : observer ? 2 : 1);
  return [...nodes].sort((one, other) => rank(one) - rank(other)).slice(0, MAX_NODES);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}

function kindOf({ leader, nodes }: ClusterStatus): Reign['kind'] {
  if (leader !== undefined) return 'leader';
  // Where nobody answers, somebody may lead all the same.
  return nodes.length === 0 ? 'unseen' : 'nobody';
}

/** What the one that leads had left; 0 where there is no lease. */
function leaseLeftOf({ nodes, leader }: ClusterStatus): number {
  const leaseLeftMs = nodes.find((node) => node.isLeader && node.id === leader)?.leaseLeftMs ?? 0;
  return Number.isFinite(leaseLeftMs) ? leaseLeftMs : 0;
}

function viewOf(node: NodeReport): NodeView {
  const { id, incarnation, state, term, leader, isLeader, leaseLeftMs, heir, priority, observer, version } = node;
  const { uptimeMs, roundTripMs } = node;
  return {
    ...{ id, incarnation, state, term, isLeader, priority, observer, version, uptimeMs, roundTripMs },
    leader: leader ?? null,
    leaseLeftMs: Number.isFinite(leaseLeftMs) ? leaseLeftMs : null,
    heir: heir ?? null,
  };
}
