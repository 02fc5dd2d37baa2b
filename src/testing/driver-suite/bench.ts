import { AssertionError } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../core/messages.js';
import { parseClusterName, parseNodeId } from '../../core/names.js';
import type { DriverCapabilities } from './capabilities.js';
import type { SuiteLimits } from './limits.js';
import { Peer } from './peer.js';
import { route } from './route.js';
import type { SuiteNetwork } from './suite-network.js';

/** Where a message of an unreliable driver got lost, the next attempt follows after this many milliseconds. */
const RESEND_MS = 50;

/** Who joins the network. */
export interface Joining {
  readonly id: string;
  /** Default `suite`. */
  readonly cluster?: string;
  /** Default false. */
  readonly interop?: boolean;
}

/** One case's network, the peers on it, and waiting with a limit. */
export class Bench {
  readonly network: SuiteNetwork;
  readonly capabilities: DriverCapabilities;
  readonly limits: SuiteLimits;
  readonly #peers: Peer[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(network: SuiteNetwork, capabilities: DriverCapabilities, limits: SuiteLimits) {
    this.network = network;
    this.capabilities = capabilities;
    this.limits = limits;
  }

  /** A peer whose driver has not been started. */
  async newcomer({ id, cluster = 'suite', interop = false }: Joining): Promise<Peer> {
    const peer = new Peer({
      driver: await this.network.createDriver(),
      cluster: parseClusterName(cluster),
      id: parseNodeId(id),
      interop,
      onEvent: () => {
        for (const look of this.#watchers) look();
      },
    });
    this.#peers.push(peer);
    return peer;
  }

  /** A peer that listens. */
  async join(joining: Joining): Promise<Peer> {
    const peer = await this.newcomer(joining);
    await this.within(peer.driver.init(peer.context), `init of ${peer.id}`);
    return peer;
  }

  /** `promise`, or a failure that says that `what` did not come to an end in time. */
  async within<Result>(promise: Promise<Result>, what: string): Promise<Result> {
    const { timeoutMs } = this.limits;
    const over = new AbortController();
    const limit = sleep(timeoutMs, undefined, { signal: over.signal }).then(() => {
      throw new AssertionError({ message: `${what} did not come to an end within ${timeoutMs} ms` });
    });
    try {
      return await Promise.race([promise, limit]);
    } finally {
      limit.catch(() => undefined);
      over.abort();
    }
  }

  /** Waits until `condition` holds; looks after every arrival and report. */
  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    const { promise, resolve } = withResolvers();
    const look = () => {
      if (condition()) resolve();
    };
    this.#watchers.add(look);
    try {
      await this.within(promise, what);
    } finally {
      this.#watchers.delete(look);
    }
  }

  /**
   * Lets `from` send `message` by the way that its kind goes and waits until every one of `to` has heard it. A driver
   * that claims to be reliable has one attempt; any other is asked again, as nodes do.
   */
  async deliver(message: Message, { from, to }: { readonly from: Peer; readonly to: readonly Peer[] }): Promise<void> {
    const ids = new Set(to.map((peer) => peer.id));
    const attempt = () => {
      if (route(message.kind) === 'broadcast') from.driver.broadcast(message);
      else for (const id of ids) from.driver.send(id, message);
    };
    attempt();
    const again = this.capabilities.reliable ? undefined : setInterval(attempt, RESEND_MS);
    try {
      await this.until(
        () => to.every((peer) => peer.hasHeard(message)),
        `${message.kind} from ${from.id} to ${to.map((peer) => peer.id).join(', ')}`,
      );
    } finally {
      clearInterval(again);
    }
  }

  /** Waits for what should not come. */
  async quiet(): Promise<void> {
    await sleep(this.limits.quietMs);
  }

  /** Closes every driver and the network. How well drivers close has cases of its own, so failures to are passed over. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.#peers.map((peer) => this.within(peer.driver.close(), `close of ${peer.id}`)));
    await this.network.close();
  }
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settled) => {
    resolve = settled;
  });
  return { promise, resolve };
}
