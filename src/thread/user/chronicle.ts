import { channel } from 'node:diagnostics_channel';
import type { Chroniclers } from '../../node/herald.js';
import { Journal } from '../../node/journal.js';
import { Outlet } from '../../node/outlet.js';
import type { Origin } from '../../node/trace-events.js';
import { RELAYED, unpackTrace } from '../between/relayed-channels.js';
import type { ThreadedSettings } from './options.js';
import type { Facts } from './shown-elsewhere.js';

/** Traces and logs on the user's thread what happens to a node on another. Begins when it is known which node that is. */
export class Chronicle implements Chroniclers {
  readonly trace: Chroniclers['trace'];
  readonly #settings: ThreadedSettings;
  readonly #relayed = RELAYED.map((name) => channel(name));
  #origin: Origin | undefined;
  #journal: Journal | undefined;

  constructor(settings: ThreadedSettings) {
    this.#settings = settings;
    const stateChange = new Outlet('graft-election:state-change');
    const leaderChange = new Outlet('graft-election:leader-change');
    const error = new Outlet('graft-election:error');
    this.trace = {
      stateChange: (change) =>
        this.#origin && stateChange.wanted && stateChange.publish({ ...this.#origin, ...change }),
      leaderChange: (known) =>
        this.#origin && leaderChange.wanted && leaderChange.publish({ ...this.#origin, ...known }),
      error: (cause) =>
        this.#origin && error.wanted && error.publish({ ...this.#origin, code: cause.code, error: cause }),
    };
  }

  get journal(): Journal | undefined {
    return this.#journal;
  }

  /** The node has joined. */
  begin({ settings, incarnation }: Facts): void {
    this.#origin = { cluster: settings.membership.name, id: settings.id, incarnation };
    const { writeLine } = this.#settings;
    if (writeLine !== undefined) this.#journal = new Journal(writeLine, this.#origin);
  }

  /** Which of the relayed channels somebody here has subscribed to, a bit each. */
  get wanted(): number {
    return this.#relayed.reduce((bits, { hasSubscribers }, index) => bits | (hasSubscribers ? 1 << index : 0), 0);
  }

  /** Publishes here what was published there. */
  relay(index: number, message: object): void {
    this.#relayed[index]?.publish(unpackTrace(message));
  }
}
