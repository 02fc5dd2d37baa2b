import type { Effect } from '../core/effects.js';
import type { Elector } from '../core/elector.js';
import { GraftError } from '../core/errors.js';
import type { Input, Instant } from '../core/inputs.js';
import type { Message } from '../core/messages.js';
import type { NodeId } from '../core/names.js';
import type { Clock, Timer } from './clock.js';

/** What happens, without the instant: the loop stamps it when its turn comes. */
export type Happening =
  | { readonly kind: 'message'; readonly message: Message }
  | WithoutInstant<Exclude<Input, { kind: 'message' }>>;
type WithoutInstant<T> = T extends Input ? Omit<T, keyof Instant> : never;

/** Where the loop turns effects into IO. None of these may throw. */
export interface LoopPorts {
  /** Resolves when durable; rejects when it is not known to be. */
  readonly persist: (effect: Extract<Effect, { kind: 'persist' }>) => Promise<void>;
  readonly broadcast: (message: Message) => void;
  readonly send: (to: NodeId, message: Message) => void;
  /** State changes, leader changes and reports. */
  readonly tell: (effect: Exclude<Effect, { kind: 'persist' | 'broadcast' | 'send' }>) => void;
  /** What the application says of a candidate's position (rule 13). */
  readonly grantVote: (message: Message) => boolean;
  readonly report: (error: GraftError) => void;
  /** The elector has taken an input, and none of its effects has been performed. */
  readonly taken: () => void;
  /** The timer was served, and all that was due with it, `delayMs` after its time, or that of what `wake` told of. */
  readonly delayed: (delayMs: number) => void;
  /** An input is about to be taken; it was taken, and what it owes is done as far as it waits for no disk. */
  readonly before: (input: Input) => void;
  readonly after: (input: Input) => void;
}

/** How many inputs may wait while a write is under way. A disk that hangs must not grow memory: messages may get lost. */
const MOST_WAITING = 1024;

/**
 * Feeds an elector: one input after the other, each finished, its write included, before the next is taken. Owns the
 * one timer that the rules go by.
 */
export class Loop {
  readonly #elector: Elector;
  readonly #clock: Clock;
  readonly #ports: LoopPorts;
  readonly #waiting: Happening[] = [];
  readonly #alarms = new Set<{ readonly atMs: number; readonly ring: () => void }>();
  readonly #onFinished: (() => void)[] = [];
  #busy = false;
  #stopped = false;
  #nextDeadlineMs = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #delayMs = 0;

  constructor(elector: Elector, clock: Clock, ports: LoopPorts) {
    this.#elector = elector;
    this.#clock = clock;
    this.#ports = ports;
  }

  /** Takes an input now, or as soon as those before it are finished. */
  post(happening: Happening): void {
    if (this.#stopped) return;
    if (this.#busy) {
      this.#enqueue(happening);
      return;
    }
    this.#take(happening);
    this.#rest();
  }

  /**
   * Calls `ring` in `delayMs`, on the node's own timer.
   * @returns a function that takes it back.
   */
  setAlarm(delayMs: number, ring: () => void): () => void {
    const alarm = { atMs: this.#clock.nowMs() + delayMs, ring };
    this.#alarms.add(alarm);
    this.#arm();
    return () => this.#alarms.delete(alarm);
  }

  /** @returns whether `done` was in time. It must not reject. */
  async within(limitMs: number, done: Promise<unknown>): Promise<boolean> {
    return await new Promise<boolean>((resolve) => {
      const disarm = this.setAlarm(limitMs, () => resolve(false));
      void done.then(() => {
        disarm();
        resolve(true);
      });
    });
  }

  /** The event loop was found late: looks at once, as if the timer had come, and tells of the delay thereafter. */
  wake(lateMs: number): void {
    if (this.#stopped) return;
    if (this.#timerAtMs === Number.NEGATIVE_INFINITY) {
      // It has come, by the same block, and is told of once.
      this.#delayMs = Math.max(this.#delayMs, lateMs);
      return;
    }
    this.#timer?.cancel();
    this.#letInputIn(lateMs);
  }

  /** Resolves when everything that was posted before has been taken and finished, its writes included. */
  async finished(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#onFinished.push(resolve));
  }

  /** Takes no more inputs and lets go of the timer. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
    this.#alarms.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** This instant, by both clocks. */
  now(): Instant {
    return { nowMs: this.#clock.nowMs(), wallMs: this.#clock.wallMs() };
  }

  // ---------------------------------------------------------------- inputs

  #enqueue(happening: Happening): void {
    // What the driver brings may get lost; what the user orders may not, and is little.
    const isFromDriver = happening.kind === 'message' || happening.kind === 'peerGone';
    if (this.#waiting.length >= MOST_WAITING && isFromDriver) {
      this.#ports.report(
        new GraftError(
          'INPUT_OVERFLOW',
          `${MOST_WAITING} inputs wait for a write to the log to end: messages are dropped until it does; look at the disk`,
        ),
      );
      return;
    }
    this.#waiting.push(happening);
  }

  #take(happening: Happening): void {
    this.#busy = true;
    const input = this.#stamp(happening);
    this.#ports.before(input);
    const outcome = this.#elector.handle(input);
    this.#nextDeadlineMs = outcome.nextDeadlineMs;
    this.#ports.taken();
    this.#perform(outcome.effects);
    this.#ports.after(input);
  }

  #stamp(happening: Happening): Input {
    const nowMs = this.#clock.nowMs();
    const wallMs = this.#clock.wallMs();
    // The two that nearly all are, each made in one piece: to spread what may be of any kind takes far longer.
    if (happening.kind === 'message') {
      const { message } = happening;
      return { kind: 'message', message, grantVote: this.#ports.grantVote(message), nowMs, wallMs };
    }
    if (happening.kind === 'deadline') return { kind: 'deadline', nowMs, wallMs };
    return { ...happening, nowMs, wallMs };
  }

  /** Everything is finished: takes what has waited, then sleeps until the next deadline. */
  #rest(): void {
    while (!this.#busy && !this.#stopped) {
      const happening = this.#waiting.shift();
      if (happening === undefined) {
        for (const resolve of this.#onFinished.splice(0)) resolve();
        this.#arm();
        return;
      }
      this.#take(happening);
    }
  }

  // ---------------------------------------------------------------- effects

  #perform(effects: readonly Effect[]): void {
    for (let index = 0; index < effects.length; index++) {
      const effect = effects[index];
      if (effect === undefined) continue;
      if (effect.kind === 'persist') {
        void this.#performAfterPersist(effect, effects.slice(index + 1));
        return;
      }
      this.#do(effect);
    }
    this.#busy = false;
  }

  async #performAfterPersist(effect: Extract<Effect, { kind: 'persist' }>, owed: readonly Effect[]): Promise<void> {
    let failed = false;
    try {
      await this.#ports.persist(effect);
    } catch {
      failed = true;
    }
    if (this.#stopped) return;
    // Nothing that relies on the write is let out when it failed (rule 1).
    this.#perform(failed ? owed.filter((each) => each.kind !== 'broadcast' && each.kind !== 'send') : owed);
    if (failed) this.#take({ kind: 'persistFailed' });
    this.#rest();
  }

  #do(effect: Exclude<Effect, { kind: 'persist' }>): void {
    switch (effect.kind) {
      case 'broadcast':
        this.#ports.broadcast(effect.message);
        return;
      case 'send':
        this.#ports.send(effect.to, effect.message);
        return;
      default:
        this.#ports.tell(effect);
    }
  }

  // ---------------------------------------------------------------- the one timer

  #arm(): void {
    if (this.#stopped) return;
    // While a write is under way the elector is not asked; alarms ring all the same, since a disk may hang for ever.
    let atMs = this.#busy ? Number.POSITIVE_INFINITY : this.#nextDeadlineMs;
    for (const alarm of this.#alarms) atMs = Math.min(atMs, alarm.atMs);
    // Being woken early is harmless, so a timer that comes before its time is left alone: a follower's deadline
    // moves with every heartbeat, and moving the timer each time would be most of an idle node's work.
    if (this.#timer !== undefined && this.#timerAtMs <= atMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#timerAtMs = atMs;
    this.#timer = this.#clock.setTimer(Math.max(0, atMs - this.#clock.nowMs()), this.#onTimer);
  }

  readonly #onTimer = (): void => this.#letInputIn(0);

  /**
   * The time has come, perhaps long ago: when the event loop was blocked, messages that would have moved the deadline
   * lie ready to be read. They go first; then the clock is looked at again (DESIGN section 2).
   */
  #letInputIn(lateMs: number): void {
    this.#delayMs = Math.max(lateMs, this.#clock.nowMs() - this.#timerAtMs);
    this.#timer = this.#clock.afterPendingInput(this.#onDue);
    this.#timerAtMs = Number.NEGATIVE_INFINITY;
  }

  readonly #onDue = (): void => {
    this.#timer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.nowMs();
    for (const alarm of this.#alarms) {
      if (alarm.atMs > nowMs) continue;
      this.#alarms.delete(alarm);
      alarm.ring();
    }
    if (!this.#busy && this.#nextDeadlineMs <= nowMs) this.post({ kind: 'deadline' });
    // Even so: what the deadline began may wait for a disk that hangs, and alarms ring all the same.
    this.#arm();
    // Not before: a loss that the delay has caused is told first.
    this.#ports.delayed(this.#delayMs);
  };
}
