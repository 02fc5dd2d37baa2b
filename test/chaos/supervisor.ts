import { setTimeout as sleep } from 'node:timers/promises';
import type { MemberLife } from './member-life.js';

/** How soon a process that ended by itself is started again. */
const RESTART_MS = 300;

/** Keeps one member alive, as an init system does: whenever its process is gone, and nothing holds it down, another starts. */
export class Supervisor {
  readonly id: string;
  /** Every process so far, the newest last. */
  readonly lives: MemberLife[] = [];
  readonly #spawn: (name: string) => MemberLife;
  #holds = 0;
  #isClosing = false;

  constructor(id: string, spawn: (name: string) => MemberLife) {
    this.id = id;
    this.#spawn = spawn;
    this.#start();
  }

  /** Its process, if there is one. */
  get current(): MemberLife | undefined {
    const last = this.lives.at(-1);
    return last?.endedUs === undefined ? last : undefined;
  }

  /** Ends the process. @returns what lets another one start. */
  bringDown(how: 'kill' | 'terminate'): () => void {
    this.#holds += 1;
    this.current?.[how]();
    return () => {
      this.#holds -= 1;
      this.#startIfGone();
    };
  }

  /** Asks the process to close, and waits until it is gone; no other is started. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const { current } = this;
    current?.terminate();
    await current?.ended;
  }

  /** Ends it in any case. */
  async destroy(): Promise<void> {
    this.#isClosing = true;
    const { current } = this;
    current?.kill();
    await current?.ended;
  }

  #startIfGone(): void {
    if (this.current === undefined && this.#holds === 0 && !this.#isClosing) this.#start();
  }

  #start(): void {
    const life = this.#spawn(`${this.id}#${this.lives.length + 1}`);
    this.lives.push(life);
    void this.#follow(life);
  }

  async #follow(life: MemberLife): Promise<void> {
    await life.ended;
    await sleep(RESTART_MS, undefined, { ref: false });
    this.#startIfGone();
  }
}
