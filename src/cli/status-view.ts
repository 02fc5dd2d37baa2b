import type { ClusterStatus } from '../client/cluster-status.js';
import type { NodeReport } from '../drivers/control/node-report.js';
import { table } from './table.js';
import type { Terminal } from './terminal.js';
import { brief, elapsed } from './time-text.js';

const HEADINGS: readonly string[] = [
  '',
  'id',
  'state',
  'term',
  'leader',
  'lease left',
  'heir',
  'priority',
  'version',
  'up',
  'round trip',
];

/** A cluster as people read it. */
export function statusLines(status: ClusterStatus, terminal: Terminal): readonly string[] {
  const { cluster, leader, term, nodes, missing, missingCount, troubles } = status;
  const head =
    leader === undefined ? terminal.paint('red', 'nobody leads') : terminal.paint('green', `${leader} leads`);
  const unnamed = missingCount - missing.length;
  return [
    `${terminal.paint('bold', cluster)}: ${head}, term ${term}`,
    '',
    ...table([
      HEADINGS.map((heading) => terminal.paint('dim', heading)),
      ...nodes.map((node) => row(node, terminal)),
      ...missing.map((id) => ['✗', id, terminal.paint('red', 'no answer')]),
    ]),
    ...(unnamed > 0
      ? ['', terminal.paint('red', `${unnamed} of the voters did not answer; their ids are not known`)]
      : []),
    ...(troubles.length > 0 ? ['', ...troubles.map((text) => terminal.paint('yellow', `! ${text}`))] : []),
  ];
}

function row(node: NodeReport, terminal: Terminal): readonly string[] {
  const { isLeader, observer, leaseLeftMs, heir, priority, version, uptimeMs, roundTripMs } = node;
  return [
    isLeader ? terminal.paint('green', '●') : observer ? '◌' : '○',
    node.id,
    isLeader ? terminal.paint('green', node.state) : observer ? 'OBSERVER' : node.state,
    String(node.term),
    node.leader ?? terminal.paint('yellow', 'nobody'),
    isLeader ? brief(leaseLeftMs) : '',
    heir ?? '',
    observer ? '' : String(priority),
    version,
    elapsed(uptimeMs),
    brief(roundTripMs),
  ];
}
