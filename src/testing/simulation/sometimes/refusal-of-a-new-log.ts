import type { WorldEvent, WorldView } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A voter that may have lost a vote with its disk refuses for as long as it has to. */
export class RefusalOfANewLog extends Sometimes {
  readonly name = 'a voter with a replaced disk waits';
  readonly source = 'rule 7';
  readonly hears = ['diskReplaced', 'sent'] as const;
  override readonly messages = ['voteResponse'] as const;
  readonly #replaced = new Set<string>();

  protected happensIn(event: WorldEvent, world: WorldView): boolean {
    if (event.kind === 'diskReplaced') this.#replaced.add(event.by);
    if (event.kind !== 'sent' || event.message.kind !== 'voteResponse' || !this.#replaced.has(event.from)) return false;
    const { granted, retryAfterMs } = event.message;
    // The first vote that it gives ends the wait.
    if (granted) this.#replaced.delete(event.from);
    return retryAfterMs > world.plan.timings.electionTimeoutMinMs;
  }
}
