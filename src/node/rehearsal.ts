import { Elector } from '../core/elector.js';
import type { Message } from '../core/messages.js';
import { type NodeId, parseNodeId } from '../core/names.js';
import { settle, type Timings } from '../core/options.js';
import type { Clock, Timer } from './clock.js';
import { Loop } from './loop.js';

/** Few heartbeats to a lease, and few questions before the promises end: little has to be played. */
const TIMINGS: Partial<Timings> = {
  electionTimeoutMinMs: 30,
  electionTimeoutMaxMs: 60,
  heartbeatIntervalMs: 10,
  requestIntervalMs: 30,
};

/** Several times what it takes. */
const MOST_STEPS = 200;

interface Scene {
  readonly begin: () => void;
  readonly isOver: () => boolean;
}

/**
 * An election, a crash that the heir takes over from, and a hand-over, among three electors of its own: in memory, on
 * time of its own, with nothing written, sent or told. What it leaves behind is compiled code: elections are rare, and
 * V8 takes longer to compile what one needs than its messages and writes take (see `rehearsals.ts`).
 */
export class Rehearsal {
  readonly #clock = new StageClock();
  readonly #rehearseMessage: (message: Message) => void;
  #players: readonly Player[];

  /** @param rehearseMessage is handed each message before it arrives, once for each that hears it. Must not throw. */
  constructor(rehearseMessage: (message: Message) => void) {
    this.#rehearseMessage = rehearseMessage;
    const ids = ['a', 'b', 'c'].map((id) => parseNodeId(id));
    this.#players = ids.map((id, index) => this.#player(id, ids, index));
  }

  /**
   * To be called once.
   * @param pause is awaited between two steps, and says whether to go on; one takes less than a tenth of a millisecond,
   *   or 3 ms that is compiled first.
   * @returns whether it came to its end.
   */
  async play(pause: () => Promise<boolean>): Promise<boolean> {
    const scenes: readonly Scene[] = [
      { begin: () => this.#start(), isOver: () => this.#leader?.elector.heir !== undefined },
      { begin: () => this.#crash(), isOver: () => this.#leader?.elector.mayHandOver() === true },
      { begin: () => this.#leader?.loop.post({ kind: 'stepDown' }), isOver: () => this.#leader !== undefined },
    ];
    let steps = 0;
    for (const { begin, isOver } of scenes) {
      begin();
      await this.#settled();
      while (!isOver()) {
        if (steps === MOST_STEPS || !(await pause())) return false;
        steps += 1;
        this.#clock.step();
        await this.#settled();
      }
    }
    return true;
  }

  /** Time must not go on while somebody writes: there is no disk here that takes any. */
  async #settled(): Promise<void> {
    for (const { loop } of this.#players) await loop.finished();
  }

  get #leader(): Player | undefined {
    const instant = { nowMs: this.#clock.nowMs(), wallMs: this.#clock.wallMs() };
    return this.#players.find(({ elector }) => elector.isLeader(instant));
  }

  #start(): void {
    for (const { loop } of this.#players) loop.post({ kind: 'start' });
  }

  #crash(): void {
    const crashed = this.#leader;
    crashed?.loop.stop();
    this.#players = this.#players.filter((player) => player !== crashed);
  }

  #player(id: NodeId, voters: readonly NodeId[], index: number): Player {
    const elector = new Elector({
      settings: settle(id, { cluster: { name: 'rehearsal', voters }, timings: TIMINGS }),
      // Each its own, so that no two ask at once.
      rng: { next: () => index / voters.length },
      incarnation: index + 1,
      recovered: { term: 1, votedFor: undefined, isNew: false },
    });
    const loop = new Loop(elector, this.#clock, {
      persist: async () => undefined,
      broadcast: (message) => this.#deliver(message, (player) => player.id !== id),
      send: (to, message) => this.#deliver(message, (player) => player.id === to),
      tell: () => undefined,
      grantVote: () => true,
      report: () => undefined,
      taken: () => undefined,
      delayed: () => undefined,
      before: () => undefined,
      after: () => undefined,
    });
    return { id, elector, loop };
  }

  #deliver(message: Message, hears: (player: Player) => boolean): void {
    for (const player of this.#players) {
      if (!hears(player)) continue;
      this.#rehearseMessage(message);
      player.loop.post({ kind: 'message', message });
    }
  }
}

interface Player {
  readonly id: NodeId;
  readonly elector: Elector;
  readonly loop: Loop;
}

interface StageTimer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that goes from one timer to the next when it is told to. */
class StageClock implements Clock {
  readonly #timers = new Set<StageTimer>();
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  afterPendingInput(callback: () => void): Timer {
    return this.setTimer(0, callback);
  }

  step(): void {
    let next: StageTimer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
    if (next === undefined) return;
    this.#timers.delete(next);
    this.#nowMs = next.atMs;
    next.callback();
  }
}
