import { GraftError } from '../core/errors.js';
import type { NodeId } from '../core/names.js';
import type { GuardedEvents, Listener } from './events.js';
import { untilAborted } from './until-aborted.js';

/**
 * Resolves with the next leader that node `id` hears of.
 * @throws GraftError `NODE_CLOSED` when the node closes before; the reason of `signal`.
 */
export async function untilLeaderHeard(
  events: GuardedEvents,
  { id, signal }: { readonly id: NodeId; readonly signal: AbortSignal | undefined },
): Promise<NodeId> {
  let stop = (): void => undefined;
  const heard = new Promise<NodeId>((resolve, reject) => {
    const onLeader: Listener<'leaderChange'> = ({ leader }) => {
      if (leader !== undefined) resolve(leader);
    };
    const onChange: Listener<'stateChange'> = ({ to }) => {
      if (to === 'CLOSED') reject(new GraftError('NODE_CLOSED', `node ${id} closed before it heard of a leader`));
    };
    events.on('leaderChange', onLeader);
    events.on('stateChange', onChange);
    stop = () => {
      events.off('leaderChange', onLeader);
      events.off('stateChange', onChange);
    };
  });
  try {
    return await untilAborted(heard, signal);
  } finally {
    stop();
  }
}
