import { ClusterClient } from '../client/cluster-client.js';
import { HttpInquirer } from '../drivers/http/http-inquirer.js';
import { NatsInquirer } from '../drivers/nats/nats-inquirer.js';
import type { Call } from './command.js';
import type { Flag, Flags } from './flags.js';
import { HTTP_FLAGS, httpGiven } from './http-flags.js';
import { NATS_FLAGS, natsOptions } from './nats/nats-flags.js';
import { durationText } from './time-text.js';
import { TLS_FLAGS } from './tls-flags.js';

/** Which cluster is asked. */
export const CLUSTER_FLAGS = {
  cluster: { short: 'c', value: 'NAME', env: 'GRAFT_CLUSTER', help: "the cluster's name" },
  voters: { value: 'IDS', env: 'GRAFT_VOTERS', help: 'who votes, with commas between', default: 'as the nodes tell' },
} as const satisfies Flags;

/** How it is reached. */
export const TRANSPORT_FLAGS = [
  { title: 'NATS, as the nats command line calls it', flags: NATS_FLAGS },
  { title: 'Or HTTP', flags: HTTP_FLAGS },
  { title: 'TLS, with either; the variables are for NATS', flags: TLS_FLAGS },
] as const;

/** Of a command that asks; how long it does so at most is its own. */
export function askingFlags(limitMs: number, help = 'how long an answer may take') {
  const timeout: Flag = { value: 'TIME', help, default: durationText(limitMs) };
  const flags = { ...CLUSTER_FLAGS, timeout };
  return [{ title: 'The cluster', flags }, ...TRANSPORT_FLAGS] as const;
}

/** Asks the cluster of the command line. */
export async function openClient({ given, env }: Call): Promise<ClusterClient> {
  const cluster = given.required('cluster');
  const http = await httpGiven(given);
  const inquirer =
    http === undefined
      ? new NatsInquirer({ ...(await natsOptions(given, env)), name: 'graft' })
      : new HttpInquirer(http);
  return new ClusterClient({ cluster, voters: given.list('voters'), inquirer });
}
