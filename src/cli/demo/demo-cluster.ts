import { MemoryLog } from '../../log/memory-log.js';
import { Node } from '../../node/node.js';
import { MemoryNetwork } from '../../testing/memory-network.js';
import { MockRpcDriver } from '../../testing/mock-rpc-driver.js';
import { pause } from '../pause.js';

const LOOK_EVERY_MS = 2;

/** Three nodes on a network in memory, by the real clock. */
export class DemoCluster implements AsyncDisposable {
  readonly ids = ['a', 'b', 'c'] as const;
  readonly #network: MemoryNetwork;
  readonly #nodes: readonly Node[];

  private constructor(network: MemoryNetwork, nodes: readonly Node[]) {
    this.#network = network;
    this.#nodes = nodes;
  }

  static async start(): Promise<DemoCluster> {
    const network = new MemoryNetwork({ delayMs: [0.2, 1] });
    const voters = ['a', 'b', 'c'];
    const starting = voters.map((id) =>
      Node.start({
        cluster: { name: 'demo', voters },
        id,
        rpc: new MockRpcDriver(network),
        // A leader that is cut off and hands over to nobody is part of the story.
        handler: { asyncError: () => undefined },
        log: new MemoryLog(),
      }),
    );
    return new DemoCluster(network, await Promise.all(starting));
  }

  /** @throws the reason of `signal`. */
  async leaderOtherThan(former: string | undefined, signal: AbortSignal): Promise<Node> {
    for (;;) {
      const leader = this.#nodes.find((node) => node.id !== former && node.isLeader());
      if (leader !== undefined) return leader;
      signal.throwIfAborted();
      await pause(LOOK_EVERY_MS, signal);
    }
  }

  async handOver(id: string): Promise<void> {
    await this.#node(id).stepDown();
  }

  cutOff(id: string): void {
    this.#network.isolate(id);
  }

  heal(): void {
    this.#network.heal();
  }

  async stopsLeading(id: string, signal: AbortSignal): Promise<void> {
    while (this.#node(id).isLeader()) {
      signal.throwIfAborted();
      await pause(LOOK_EVERY_MS, signal);
    }
  }

  /** Resolves with the leader that `id` knows. */
  follows(id: string, signal: AbortSignal): Promise<string> {
    return this.#node(id).untilLeader({ signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
  }

  #node(id: string): Node {
    const node = this.#nodes.find((each) => each.id === id);
    if (node === undefined) throw new Error(`there is no ${id}`);
    return node;
  }
}
