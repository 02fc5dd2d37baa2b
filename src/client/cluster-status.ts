import type { ClusterName, NodeId } from '../core/names.js';
import type { NodeReport } from '../drivers/control/node-report.js';
import { troublesOf } from './troubles.js';

/** What the nodes of a cluster say, each at its own instant within one round of questions. */
export interface ClusterStatus {
  readonly cluster: ClusterName;
  /** When the round ended: milliseconds of wall time. */
  readonly atMs: number;
  /** Who leads by its own account; the one of the highest term, should a handover have been under way. */
  readonly leader: NodeId | undefined;
  /** The highest term that was told; 0 if nobody answered. */
  readonly term: number;
  /** Who votes: as the asker was told, else as the nodes tell; `undefined` where only the size is known. */
  readonly voters: readonly NodeId[] | undefined;
  /** All that answered, by id. Two processes that share an id are two. */
  readonly nodes: readonly NodeReport[];
  /** The voters that did not answer in time, where voters are known. */
  readonly missing: readonly NodeId[];
  /** How many voters did not answer in time, known by name or not. */
  readonly missingCount: number;
  /** What is not as it should be, in words. */
  readonly troubles: readonly string[];
}

/** The answers of one round, as they come in. */
export class Round {
  readonly #cluster: ClusterName;
  readonly #voters: readonly NodeId[] | undefined;
  readonly #reports = new Map<string, NodeReport>();

  /** @param voters who should answer, where the asker knows. */
  constructor(cluster: ClusterName, voters: readonly NodeId[] | undefined) {
    this.#cluster = cluster;
    this.#voters = voters;
  }

  add(report: NodeReport): void {
    // More than any cluster has are somebody's invention.
    if (this.#reports.size >= MAX_NODES) return;
    this.#reports.set(`${report.id} ${report.incarnation}`, report);
  }

  /** Whether every voter has answered. Observers, whom nobody lists, may still be about to. */
  get hasAllVoters(): boolean {
    // In no order: this is asked at every answer, and there may be as many observers as somebody likes.
    const nodes = [...this.#reports.values()];
    return nodes.length > 0 && this.#missingCount(nodes) === 0;
  }

  get slowestMs(): number {
    return Math.max(0, ...[...this.#reports.values()].map(({ roundTripMs }) => roundTripMs));
  }

  end(atMs: number): ClusterStatus {
    const nodes = [...this.#reports.values()].sort(
      (one, other) => one.id.localeCompare(other.id, 'en') || one.incarnation - other.incarnation,
    );
    const voters = this.#voterList(nodes);
    return {
      cluster: this.#cluster,
      atMs,
      leader: leaderAmong(nodes)?.id,
      term: Math.max(0, ...nodes.map(({ term }) => term)),
      voters,
      nodes,
      missing: missingAmong(nodes, voters),
      missingCount: this.#missingCount(nodes),
      troubles: troublesOf(nodes, voters),
    };
  }

  /** A node that leads was elected by its voters, so its list is the one that counts. */
  #voterList(nodes: readonly NodeReport[]): readonly NodeId[] | undefined {
    return this.#voters ?? (leaderAmong(nodes) ?? nodes.find(({ voters }) => voters !== undefined))?.voters;
  }

  #missingCount(nodes: readonly NodeReport[]): number {
    const voters = this.#voterList(nodes);
    if (voters !== undefined) return missingAmong(nodes, voters).length;
    const size = Math.max(0, ...nodes.map((node) => node.size));
    return Math.max(0, size - new Set(nodes.filter(({ observer }) => !observer).map(({ id }) => id)).size);
  }
}

const MAX_NODES = 4_096;

function leaderAmong(nodes: readonly NodeReport[]): NodeReport | undefined {
  return nodes.filter(({ isLeader }) => isLeader).sort((one, other) => other.term - one.term)[0];
}

function missingAmong(nodes: readonly NodeReport[], voters: readonly NodeId[] | undefined): readonly NodeId[] {
  const present = new Set(nodes.map(({ id }) => id));
  return (voters ?? []).filter((voter) => !present.has(voter));
}
