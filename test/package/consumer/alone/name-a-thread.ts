// Types of a node in a thread, where neither a NATS client nor undici is installed.
import type { ElectionNode } from 'graft-election';
import { type RpcDescription, ThreadedNode, type ThreadOptions } from 'graft-election/thread';

export async function startIn(thread: ThreadOptions, rpc: RpcDescription): Promise<ElectionNode> {
  return await ThreadedNode.start({
    cluster: { name: 'x', voters: ['a'] },
    id: 'a',
    handler: {},
    rpc,
    log: './a',
    thread,
  });
}
