import { spawn } from 'node:child_process';
import { once } from 'node:events';

const READY_LIMIT_MS = 20_000;

/** A nats-server on a free port of this machine, which stays its own over restarts. */
export class NatsServer {
  #path;
  #process;
  #port = -1;

  constructor(path) {
    this.#path = path;
  }

  get url() {
    return `nats://127.0.0.1:${this.#port}`;
  }

  get pid() {
    return this.#process?.pid;
  }

  /** Resolves when it takes clients. */
  async start() {
    const server = spawn(this.#path, ['--addr', '127.0.0.1', '--port', String(this.#port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = server;
    this.#port = await readPort(server);
  }

  /** Resolves when it is gone. */
  async kill() {
    const exit = once(this.#process, 'exit');
    this.destroy();
    await exit;
  }

  /** Kills it and does not wait. */
  destroy() {
    this.#process?.kill('SIGKILL');
  }
}

/** The server says on stderr where it listens, and a little later that it is ready. */
function readPort(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    const limit = setTimeout(() => end(`was not ready within ${READY_LIMIT_MS} ms`), READY_LIMIT_MS);
    const end = (failure, port) => {
      clearTimeout(limit);
      server.off('error', onError).off('close', onClose);
      // Read on, or the pipe fills and the server stands still.
      server.stderr.off('data', onData).resume();
      if (failure === undefined) resolve(port);
      else reject(new Error(`nats-server ${failure}; it said:\n${said}`));
    };
    const onError = ({ message }) => end(`did not start: ${message}`);
    const onClose = (code, signal) => end(`ended with ${signal ?? `code ${code}`}`);
    const onData = (text) => {
      said += text;
      const port = /Listening for client connections on \S+:(\d+)/.exec(said)?.[1];
      if (port !== undefined && said.includes('Server is ready')) end(undefined, Number(port));
    };
    server.on('error', onError).on('close', onClose);
    server.stderr.setEncoding('utf8').on('data', onData);
  });
}
