import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GraftError } from '../../core/errors.js';
import type { FromGuard, ToGuard } from './guard-words.js';

/** The guard, as its supervisor sees it. */
export class GuardProcess {
  readonly #child: ChildProcess;
  readonly #hear: (word: FromGuard) => void;
  #isBusy = false;

  private constructor(child: ChildProcess, hear: (word: FromGuard) => void) {
    this.#child = child;
    this.#hear = hear;
    child.on('message', (word: FromGuard) => this.#hear(word));
  }

  /**
   * Starts the guard, and resolves when it listens. It ends by itself once this process has ended, and its program.
   * @param lost what to do if it dies before.
   */
  static async start(hear: (word: FromGuard) => void, lost: () => void): Promise<GuardProcess> {
    const program = fileURLToPath(new URL('./guard.js', import.meta.url));
    // A session of its own: Ctrl-C in the terminal is for this process, which has its program end in good order.
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    const child = spawn(process.execPath, [program], { detached: true, stdio: [...stdio] });
    const guard = new GuardProcess(child, hear);
    const died = once(child, 'exit').then(() => {
      throw new GraftError('INTERNAL', 'the guard process ended as soon as it was started');
    });
    await Promise.race([once(child, 'message'), died]);
    died.catch(lost);
    return guard;
  }

  tell(word: ToGuard): void {
    this.#child.send(word, () => undefined);
  }

  /** As {@link tell}, unless the last such word is still on its way: a guard that is stopped must not grow a queue. */
  tellNewest(word: ToGuard): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#child.send(word, () => {
      this.#isBusy = false;
    });
  }

  /** Lets the guard go: without a program it ends at once. */
  release(): void {
    this.#child.removeAllListeners();
    if (this.#child.connected) this.#child.disconnect();
    this.#child.unref();
  }
}
