import type { NodeId } from '../core/names.js';
import type { NodeReport } from '../drivers/control/node-report.js';

/** What no cluster that is set up well shows, in words. */
export function troublesOf(nodes: readonly NodeReport[], voters: readonly NodeId[] | undefined): readonly string[] {
  return [
    ...sharedIds(nodes),
    ...sharedTerms(nodes),
    ...otherVoters(nodes, voters),
    ...unlisted(nodes, voters),
    ...otherTimings(nodes),
  ];
}

function sharedIds(nodes: readonly NodeReport[]): readonly string[] {
  const shared = nodes.filter(({ id }, index) => nodes.findIndex((node) => node.id === id) === index - 1);
  return shared.map(({ id }) => `two processes have the id ${id}: neither votes or leads until one is gone`);
}

function sharedTerms(nodes: readonly NodeReport[]): readonly string[] {
  // In interop mode there is no lease, and a leader that was cut off goes on for a while, in an older term.
  const first = new Map<number, NodeReport>();
  return nodes.flatMap((node) => {
    if (!node.isLeader) return [];
    const one = first.get(node.term);
    if (one !== undefined) {
      // Each beside the first, not beside every other: whoever answers in the name of nodes can have all of them lead.
      return [`${one.id} and ${node.id} both lead term ${node.term}: a log was lost, copied or shared`];
    }
    first.set(node.term, node);
    return [];
  });
}

function otherVoters(nodes: readonly NodeReport[], voters: readonly NodeId[] | undefined): readonly string[] {
  const expected = listed(voters);
  return nodes
    .filter((node) => node.voters !== undefined && voters !== undefined && listed(node.voters) !== expected)
    .map((node) => `${node.id} has the voters ${listed(node.voters)}, and not ${expected}: change one voter at a time`);
}

function unlisted(nodes: readonly NodeReport[], voters: readonly NodeId[] | undefined): readonly string[] {
  return nodes
    .filter(({ id, observer }) => !observer && voters !== undefined && !voters.includes(id))
    .map(({ id }) => `${id} takes part and is no voter: it is not listened to`);
}

/** What promises and leases are reckoned with; the others may differ. */
const PROMISED = ['electionTimeoutMinMs', 'electionTimeoutMaxMs', 'maxClockDrift'] as const;

/** A voter that promises less than its leader counts on lets a second leader into the lease of the first (rule 8). */
function otherTimings(nodes: readonly NodeReport[]): readonly string[] {
  const told = nodes.filter(({ observer, timings }) => !observer && timings !== undefined);
  const reference = told.find(({ isLeader }) => isLeader) ?? told[0];
  return told.flatMap(({ id, timings }) =>
    PROMISED.filter((name) => timings?.[name] !== reference?.timings?.[name]).map(
      (name) =>
        `${id} has ${name} ${timings?.[name]}, and ${reference?.id} ${reference?.timings?.[name]}: stop all nodes, then ` +
        'start them with the same timings',
    ),
  );
}

function listed(voters: readonly NodeId[] | undefined): string {
  return [...(voters ?? [])].sort().join(', ');
}
