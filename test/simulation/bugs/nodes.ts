import type { Elector } from '../../../src/core/elector.js';
import type { Instant } from '../../../src/core/inputs.js';
import type { Clock } from '../../../src/node/clock.js';
import { Loop, type LoopPorts } from '../../../src/node/loop.js';
import { View } from '../../../src/node/view.js';

// Parts of a node with one duty left undone each. Everything else is the real thing.

/** Rule 8: whether it leads is what it was last told, and not what the clock says. */
export class ViewByTheLastEvent extends View {
  readonly #elector: Elector;

  constructor(elector: Elector, startedAtMs: number) {
    super(elector, startedAtMs);
    this.#elector = elector;
  }

  override isLeader(_at: Instant): boolean {
    return this.#elector.state === 'LEADER';
  }
}

/** Rule 1: what relies on a write is let out while it is under way. */
export class LoopThatDoesNotWait extends Loop {
  constructor(elector: Elector, clock: Clock, ports: LoopPorts) {
    let before: Promise<void> = Promise.resolve();
    const persist: LoopPorts['persist'] = async (effect) => {
      before = before.then(() => ports.persist(effect)).catch(() => undefined);
    };
    super(elector, clock, { ...ports, persist });
  }
}

/** Section 5 of the design: a write that fails is taken for one that has not. */
export class LoopThatIgnoresFailedWrites extends Loop {
  constructor(elector: Elector, clock: Clock, ports: LoopPorts) {
    super(elector, clock, { ...ports, persist: (effect) => ports.persist(effect).catch(() => undefined) });
  }
}

/** Section 2 of the design: a timer that comes due acts before the messages that lie ready to be read. */
export class LoopThatLetsNoInputIn extends Loop {
  constructor(elector: Elector, clock: Clock, ports: LoopPorts) {
    let due: (() => void) | undefined;
    const impatient: Clock = {
      nowMs: () => clock.nowMs(),
      wallMs: () => clock.wallMs(),
      setTimer: (delayMs, callback) =>
        clock.setTimer(delayMs, () => {
          callback();
          const act = due;
          due = undefined;
          act?.();
        }),
      afterPendingInput: (callback) => {
        due = callback;
        return {
          cancel: () => {
            due = undefined;
          },
        };
      },
    };
    super(elector, impatient, ports);
  }
}
