import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Generous: a server is up in 50 ms, but the machine may be busy. */
const READY_LIMIT_MS = 20_000;

export interface NatsServerOptions {
  /** Text of a nats-server configuration file: users, permissions, limits. The address is set by this class. */
  readonly config?: string;
  /** Where clients connect to. Default: whichever port is free. */
  readonly port?: number;
}

/** A real nats-server on a free port of 127.0.0.1. Ends with the test process at the latest. */
export class NatsServer implements AsyncDisposable {
  readonly port: number;
  readonly #directory: string;
  readonly #configFile: string;
  #process: ChildProcess;

  private constructor(directory: string, configFile: string, started: StartedServer) {
    this.#directory = directory;
    this.#configFile = configFile;
    this.#process = started.process;
    this.port = started.port;
  }

  /** Resolves when the server accepts clients. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const directory = await mkdtemp(join(tmpdir(), 'graft-nats-'));
    try {
      const configFile = join(directory, 'nats.conf');
      await writeFile(configFile, options.config ?? '');
      return new NatsServer(directory, configFile, await startServer(configFile, options.port ?? 'any'));
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where clients connect to. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Ends the process and resolves when it is gone; the port and the configuration are kept for {@link restart}. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (hasEnded(this.#process)) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    // A frozen process takes any signal but SIGKILL only once it runs again.
    this.#process.kill('SIGCONT');
    await ended;
  }

  /** Stops the process without ending it: its connections stay open and fall silent. Resolves when it stands still. */
  async freeze(): Promise<void> {
    this.#process.kill('SIGSTOP');
    // The signal stops one thread after the other, and the last may answer a client meanwhile.
    while (!(await isStandingStill(this.#process))) await setTimeout(1);
  }

  /** Lets a frozen process run on. */
  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** Starts the server again, on the same port and with the same configuration; kills it first if it still runs. */
  async restart(): Promise<void> {
    await this.kill();
    this.#process = (await startServer(this.#configFile, this.port)).process;
  }

  /** Kills the server and removes its files. Safe to call twice. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

interface StartedServer {
  readonly process: ChildProcess;
  readonly port: number;
}

async function startServer(configFile: string, port: number | 'any'): Promise<StartedServer> {
  const address = ['--addr', '127.0.0.1', '--port', port === 'any' ? '-1' : String(port)];
  const child = spawn(findBinary(), [...address, '--config', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  try {
    return { process: child, port: await readPortWhenReady(child) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The server says on stderr where it listens and, a little later, that it is ready. */
function readPortWhenReady(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (reason: string) => {
      clearTimeout(limit);
      reject(new Error(`nats-server ${reason}; it said:\n${log}`));
    };
    const limit = globalThis.setTimeout(() => fail(`was not ready within ${READY_LIMIT_MS} ms`), READY_LIMIT_MS);
    child.once('error', (error) => fail(`did not start: ${error.message}`));
    // Not 'exit': what the server said last, why it ended, may still be in the pipe then.
    child.once('close', (code, signal) => fail(`ended with ${signal ?? `code ${code}`}`));
    // Read to the end of its life, or the pipe fills and the server blocks; kept only until it is ready.
    let ready = false;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (ready) return;
      log += text;
      const port = /Listening for client connections on \S+:(\d+)/.exec(log)?.[1];
      ready = port !== undefined && log.includes('Server is ready');
      if (!ready) return;
      clearTimeout(limit);
      resolve(Number(port));
    });
  });
}

function findBinary(): string {
  const { GRAFT_NATS_SERVER: named, PATH: path = '' } = process.env;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`GRAFT_NATS_SERVER is ${JSON.stringify(named)}, and there is no such file`);
  }
  // Debian puts it into /usr/sbin, which a user's PATH may lack.
  const directories = [...path.split(delimiter), '/usr/sbin', '/usr/local/bin'];
  const found = directories.map((directory) => join(directory, 'nats-server')).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error(
    'These tests run against a real nats-server and found none. Install it (Debian, Ubuntu: apt-get install nats-server; ' +
      'macOS: brew install nats-server; else https://github.com/nats-io/nats-server/releases) or name the binary in ' +
      'the environment variable GRAFT_NATS_SERVER.',
  );
}

/** Whether every thread of the process is stopped, by the state letter that the kernel gives it. */
async function isStandingStill({ pid }: ChildProcess): Promise<boolean> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]);
    return stdout.startsWith('T');
  }
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
  return stats.every((stat) => /\) T /.test(stat));
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
