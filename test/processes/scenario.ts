import { expect, test } from 'vitest';
import { NatsServer } from '../support/nats-server.js';
import { Cluster, type ClusterOptions } from './cluster.js';

export interface ScenarioOptions extends ClusterOptions {
  /** Text of the nats-server's configuration file. */
  readonly serverConfig?: string;
}

export interface Stage {
  /** The scenario's own. */
  readonly server: NatsServer;
  /** All of its members have joined. */
  readonly cluster: Cluster;
  /** A further cluster on the same server, held to the same laws. */
  readonly startCluster: (options: ClusterOptions) => Promise<Cluster>;
}

/** For scenarios whose claim is that nothing changes: what a busy machine holds up for a second is no fault of theirs. */
export const PATIENT = { electionTimeoutMinMs: 2000, electionTimeoutMaxMs: 2500, heartbeatIntervalMs: 100 };

/** They mostly wait; but more at a time would be in each other's way on a small machine. */
const AT_A_TIME = 2;
const LIMIT_MS = 240_000;

/**
 * A test with a real nats-server and a cluster of real processes. Whatever `play` does to them, at the end of it the
 * cluster leads again, every process ends with code 0 when asked to, and the history of the whole has no violation.
 */
export function scenario(
  title: string,
  { serverConfig = '', ...options }: ScenarioOptions,
  play: (stage: Stage) => Promise<void>,
): void {
  test.concurrent(title, { timeout: LIMIT_MS }, async ({ onTestFailed }) => {
    await using _turn = await takeTurn();
    await using server = await NatsServer.start({ config: serverConfig });
    const clusters: Cluster[] = [];
    onTestFailed(() => {
      for (const cluster of clusters) console.error(cluster.transcript());
    });
    const startCluster = async (clusterOptions: ClusterOptions): Promise<Cluster> => {
      const cluster = await Cluster.start(server.url, clusterOptions);
      clusters.push(cluster);
      return cluster;
    };
    try {
      await play({ server, cluster: await startCluster(options), startCluster });

      for (const cluster of clusters) await cluster.untilLed();
      for (const cluster of clusters) expect(await cluster.close()).toEqual([]);
      for (const cluster of clusters) expect(await cluster.findViolations()).toEqual([]);
    } finally {
      await Promise.all(clusters.map((cluster) => cluster[Symbol.asyncDispose]()));
    }
  });
}

const waiting: (() => void)[] = [];
let playing = 0;

/** Resolves when fewer than {@link AT_A_TIME} scenarios of this file are played. */
async function takeTurn(): Promise<AsyncDisposable> {
  while (playing >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve));
  playing += 1;
  return {
    async [Symbol.asyncDispose]() {
      playing -= 1;
      waiting.shift()?.();
    },
  };
}
