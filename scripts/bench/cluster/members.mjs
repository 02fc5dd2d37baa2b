import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Processes with a node each that tell their parent what happens to it, and do what they are told. */
export class Members {
  #children = new Map();
  #waiting = new Set();
  leader;

  /** @param config what the program is given as JSON; its `id` is the process's. */
  spawn(program, config, execArgv = []) {
    const child = fork(program, [JSON.stringify(config)], { execArgv });
    child.on('message', (message) => {
      if (message.elected) this.leader = message.elected;
      for (const look of this.#waiting) look(message);
    });
    this.#children.set(config.id, child);
  }

  until(matches) {
    return new Promise((resolve) => {
      const look = (message) => {
        if (!matches(message)) return;
        this.#waiting.delete(look);
        resolve(message);
      };
      this.#waiting.add(look);
    });
  }

  tell(id, order) {
    this.#children.get(id).send(order);
  }

  kill(id) {
    this.#children.get(id).kill('SIGKILL');
  }

  /** stepDown() on the leader: from the order to the successor's `elected`, in milliseconds. */
  async handOver() {
    const from = this.leader;
    const begun = this.until((message) => message.begun === from);
    const elected = this.until((message) => message.elected && message.elected !== from);
    this.tell(from, 'stepDown');
    return (await elected).atMs - (await begun).atMs;
  }

  async killAll() {
    for (const child of this.#children.values()) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}
