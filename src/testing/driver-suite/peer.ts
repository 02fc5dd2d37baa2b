import type { GraftError } from '../../core/errors.js';
import type { Message, MessageKind } from '../../core/messages.js';
import type { ClusterName, NodeId } from '../../core/names.js';
import type { DriverContext, RpcDriver } from '../../drivers/rpc-driver.js';
import { isSame } from './same-message.js';

/** A node as a driver sees it: it only notes what it is told. */
export class Peer {
  readonly driver: RpcDriver;
  readonly context: DriverContext;
  readonly received: Message[] = [];
  readonly reported: GraftError[] = [];
  readonly #roundsHeard = new Map<MessageKind, Set<number>>();

  constructor(options: {
    readonly driver: RpcDriver;
    readonly cluster: ClusterName;
    readonly id: NodeId;
    readonly interop: boolean;
    /** Called after every arrival and report. */
    readonly onEvent: () => void;
  }) {
    const { driver, cluster, id, interop, onEvent } = options;
    this.driver = driver;
    this.context = {
      cluster,
      id,
      interop,
      receive: (message) => {
        this.#note(message);
        onEvent();
      },
      report: (error) => {
        this.reported.push(error);
        onEvent();
      },
    };
  }

  get id(): NodeId {
    return this.context.id;
  }

  hasHeard(message: Message): boolean {
    return this.received.some((one) => isSame(one, message));
  }

  /** The rounds of all that was heard of `kind`: tells at a glance whether a long series is complete. */
  roundsHeard(kind: MessageKind): ReadonlySet<number> {
    return this.#roundsHeard.get(kind) ?? new Set();
  }

  #note(message: Message): void {
    this.received.push(message);
    if (message.kind === 'timeoutNow') return;
    const rounds = this.#roundsHeard.get(message.kind) ?? new Set();
    this.#roundsHeard.set(message.kind, rounds.add(message.round));
  }
}
