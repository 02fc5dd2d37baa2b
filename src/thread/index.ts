/** A node in a worker thread of its own, which leads on while the main thread is busy (`graft-election/thread`). */
export type {
  HttpDescription,
  ModuleDescription,
  NatsDescription,
  RpcDescription,
} from './between/rpc-description.js';
export type { ThreadedNodeOptions, ThreadOptions } from './user/options.js';
export { ThreadedNode } from './user/threaded-node.js';
