import { ChanHandler, type Node, type NodeOptions } from 'graft-election';
import type { RpcDriver } from 'graft-election/driver';
import type { NatsRpcDriver } from 'graft-election/nats';
import type { MemoryNetwork } from 'graft-election/testing';
import type { ThreadedNode } from 'graft-election/thread';

/** Nothing here is of Node's or of a client's: what we declare is complete by itself. */
export const handler = new ChanHandler();
export type Named = [Node, NodeOptions, RpcDriver, NatsRpcDriver, MemoryNetwork, ThreadedNode];
