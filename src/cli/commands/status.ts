import { STATUS_LIMIT_MS } from '../../client/cluster-client.js';
import type { ClusterStatus } from '../../client/cluster-status.js';
import { askingFlags, openClient } from '../cluster-flags.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { statusLines } from '../status-view.js';

export const statusCommand: Command = {
  summary: 'every node of a cluster, and who leads',
  usage: '--cluster NAME [options]',
  details:
    'Asks every node what it knows. Voters that do not answer are named. Takes part in nothing: it has no vote, and what\n' +
    'it asks needs no permission of a node (docs/driver-nats.md has those that it needs).',
  examples: [
    'graft status --cluster reports',
    'graft status -c reports --voters a,b,c --server nats://n1:4222,nats://n2:4222 --creds ops.creds',
    'graft status -c reports --json | jq .leader',
    'graft status -c reports >/dev/null || page somebody        # 0 only when all is well',
  ],
  flags: askingFlags(STATUS_LIMIT_MS),
  exits: ['noLeader', 'degraded', 'unreachable'],
  async run(call) {
    await using client = await openClient(call);
    const status = await client.status({ limitMs: call.given.durationMs('timeout'), signal: call.signal });
    if (call.terminal.json) call.terminal.value(status);
    else for (const line of statusLines(status, call.terminal)) call.terminal.line(line);
    return exitCodeFor(status);
  },
};

export function exitCodeFor({ leader, missingCount, troubles }: ClusterStatus): number {
  if (leader === undefined) return EXIT.noLeader;
  return missingCount > 0 || troubles.length > 0 ? EXIT.degraded : EXIT.done;
}
