import { spawn } from 'node:child_process';
import type { Ending, FromGuard, Order, ToGuard } from './guard-words.js';
import { signalGroup } from './process-group.js';
import { Watchdog } from './watchdog.js';

/**
 * Owns the program: starts it, in a process group of its own, and kills that group before the lease can end. A process
 * beside the supervisor, and as simple as can be: it goes on when the supervisor is blocked, stopped or killed.
 */
class Guard {
  readonly #tell: (word: FromGuard) => void;
  #watchdog: Watchdog | undefined;
  #isOrphan = false;
  #wasKilled = false;

  constructor(tell: (word: FromGuard) => void) {
    this.#tell = tell;
  }

  hear(word: ToGuard): void {
    switch (word.kind) {
      case 'start':
        this.#start(word.order);
        return;
      case 'lease':
        this.#watchdog?.prolong(word.leaseEnd);
        return;
      case 'terminate':
        this.#watchdog?.terminate(word.graceMs);
        return;
      case 'kill':
        // No time at all.
        this.#watchdog?.terminate(Number.NEGATIVE_INFINITY);
        this.#watchdog?.look();
    }
  }

  /** The supervisor is gone: the program has what is left of the lease to end, and this process ends with it. */
  orphan(): void {
    this.#isOrphan = true;
    if (this.#watchdog === undefined) process.exit(0);
    this.#watchdog.terminate(Number.POSITIVE_INFINITY);
  }

  #start({ command, args, env, margins, graceMs, leaseEnd }: Order): void {
    let pid: number | undefined;
    const watchdog = new Watchdog({
      margins,
      graceMs,
      leaseEnd,
      terminate: () => {
        if (pid === undefined) return;
        signalGroup(pid, 'SIGTERM');
        this.#tell({ kind: 'terminated' });
      },
      kill: () => {
        if (pid === undefined) return;
        signalGroup(pid, 'SIGKILL');
        if (!this.#wasKilled) this.#tell({ kind: 'killed' });
        this.#wasKilled = true;
      },
    });
    // This word may have waited for long: then it is too late to begin.
    if (watchdog.look() !== 'live') {
      watchdog.stop();
      this.#tell({ kind: 'ended', ending: { how: 'late' } });
      return;
    }
    this.#wasKilled = false;
    this.#watchdog = watchdog;
    const child = spawn(command, [...args], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    pid = child.pid;
    if (pid !== undefined) this.#tell({ kind: 'started', pid });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (pid === undefined) this.#end({ how: 'unable', errno: error.code ?? '', message: error.message });
    });
    child.once('exit', (code, signal) => {
      // The run is over when the program is; what it leaves behind in its group must not outlive it.
      if (pid !== undefined) signalGroup(pid, 'SIGKILL');
      this.#end(signal === null ? { how: 'exit', code: code ?? 0 } : { how: 'signal', signal });
    });
  }

  #end(ending: Ending): void {
    this.#watchdog?.stop();
    this.#watchdog = undefined;
    this.#tell({ kind: 'ended', ending });
    if (this.#isOrphan) process.exit(0);
  }
}

const guard = new Guard((word) => {
  if (process.connected) process.send?.(word, undefined, undefined, () => undefined);
});
process.on('message', (word: ToGuard) => guard.hear(word));
process.on('disconnect', () => guard.orphan());
// Whoever signals a whole service, as systemd and terminals do, means the supervisor, which then tells this process.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.send?.({ kind: 'ready' });
