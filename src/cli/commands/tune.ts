import { STATUS_LIMIT_MS } from '../../client/cluster-client.js';
import type { ClusterStatus } from '../../client/cluster-status.js';
import { adviseCluster } from '../../client/cluster-timings.js';
import { GraftError } from '../../core/errors.js';
import type { NodeId } from '../../core/names.js';
import type { TimingsVerdict } from '../../timings/advise-timings.js';
import { askingFlags, openClient } from '../cluster-flags.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { tuneLines } from '../tune-view.js';

export const tuneCommand: Command = {
  summary: 'whether the timings suit what the nodes measure, and which would',
  usage: '--cluster NAME [options]',
  details:
    'Nodes measure how long heartbeats take there and back (the leader), how late their event loops are, and how long their\n' +
    'writes take. This asks them all, reckons with the worst, and prints the present timings, what was measured, and\n' +
    'which timings leave room, with the reckoning. It changes nothing: set them yourself, on all nodes alike.\n' +
    '\n' +
    'too tight: leaders will be lost, or elections fail, though nothing is broken. Raise them.\n' +
    'fit: nothing has to be done. What is recommended, shorter or longer, has room for two lost heartbeats and a bad day.\n' +
    'needlessly slack: a crash costs many times what it has to. Lower them, unless you want it so.\n' +
    '\n' +
    "What is measured is of the past hour, writes since a node's start. Ask when the machines are as busy as they get.\n" +
    'docs/timings.md has the formulas.',
  examples: [
    'graft tune --cluster reports',
    'graft tune -c reports --json | jq .recommended',
    'graft tune -c reports >/dev/null; [ $? -ne 8 ] || page somebody    # 8: too tight',
  ],
  flags: askingFlags(STATUS_LIMIT_MS),
  exits: ['noLeader', 'unreachable', 'tooTight', 'unmeasured'],
  async run(call) {
    const { given, terminal, signal } = call;
    await using client = await openClient(call);
    const status = await client.status({ limitMs: given.durationMs('timeout'), signal });
    const tuned = adviseCluster(status);
    if (tuned === undefined) throw nothingToJudge(status);
    const { cluster, leader, term, nodes, missing, troubles } = status;
    const told = nodes.map(({ id, timings, measured }) => ({ id, timings, measured }));
    if (terminal.json) terminal.value({ cluster, leader, term, ...tuned, nodes: told, missing, troubles });
    else for (const line of tuneLines(status, tuned, terminal)) terminal.line(line);
    return exitCodeFor(tuned.verdict, leader);
  },
};

function exitCodeFor(verdict: TimingsVerdict, leader: NodeId | undefined): number {
  if (verdict === 'tooTight') return EXIT.tooTight;
  if (leader === undefined) return EXIT.noLeader;
  // Slack harms nobody.
  return verdict === 'notEnoughSamples' ? EXIT.unmeasured : EXIT.done;
}

function nothingToJudge({ cluster, missing }: ClusterStatus): GraftError {
  const silent = missing.length === 0 ? '' : `; no answer from ${missing.join(', ')}`;
  return new GraftError('DRIVER_FAILED', `no voter of cluster ${cluster} has told its timings${silent}`);
}
