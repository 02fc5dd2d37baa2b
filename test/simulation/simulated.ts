import { relative } from 'node:path';
import { expect } from 'vitest';
import { Cluster, type ClusterOptions } from './cluster.js';

const SEEDS_EACH = 3;

/** The seeds that a run goes through: 1 to `count`, or the one that the environment variable GRAFT_SEED names. */
export function seeds(count: number): readonly number[] {
  const { GRAFT_SEED: named } = process.env;
  if (named === undefined || named === '') return Array.from({ length: count }, (_, index) => index + 1);
  const seed = Number(named);
  if (!Number.isInteger(seed)) throw new Error(`GRAFT_SEED is ${JSON.stringify(named)}: give a whole number`);
  return [seed];
}

/**
 * A test's body that plays `story` on a cluster, once for each of a few seeds: what it claims must hold whatever is
 * drawn. Each run ends with closing every node, and a failure says its seed and how to play it again.
 */
export function simulated(options: ClusterOptions, story: (cluster: Cluster) => Promise<void>): () => Promise<void> {
  return async () => {
    for (const seed of seeds(SEEDS_EACH)) await play(seed, options, story);
  };
}

/** One run of one seed. */
export async function play(
  seed: number,
  options: ClusterOptions,
  story: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  try {
    const cluster = await Cluster.start(seed, options);
    await story(cluster);
    await cluster.finish();
  } catch (error) {
    if (error instanceof Error)
      error.message += `\nseed ${seed}; replay: GRAFT_SEED=${seed} npx vitest run ${thisFile()}`;
    throw error;
  }
}

function thisFile(): string {
  const { testPath = '' } = expect.getState();
  return relative(process.cwd(), testPath);
}
