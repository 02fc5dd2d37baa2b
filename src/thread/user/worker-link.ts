import { Worker } from 'node:worker_threads';
import { GraftError } from '../../core/errors.js';
import type { NodeId } from '../../core/names.js';
import { unpackError } from '../between/error-parcel.js';
import type { Call, FromWorker, ToWorker, WorkerStart } from '../between/messages.js';

/** What is heard of the worker. */
export interface LinkPorts {
  readonly take: (message: Exclude<FromWorker, { kind: 'answer' | 'failure' }>) => void;
  /** The thread is gone; with the error if it ended by itself. */
  readonly ended: (failure: GraftError | undefined) => void;
  /** A message was read. */
  readonly read: () => void;
}

interface Pending {
  readonly resolve: (result: NodeId | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Flags of a program that is given on the command line: a worker that runs a file refuses them. */
const FLAG_OF_EVAL = /^(?:--input-type|--eval|-e|--print|-p|-pe)(?:=|$)/;

/** The worker, calls to it, and its end. */
export class WorkerLink {
  /** Resolves when the thread is gone. */
  readonly gone: Promise<void>;
  readonly #worker: Worker;
  readonly #calls = new Map<number, Pending>();
  #called = 0;
  #wanted = true;
  #isGone = false;

  /** @throws GraftError `CANNOT_CROSS_THREADS`, `THREAD_FAILED`. */
  constructor(start: WorkerStart, { take, ended, read }: LinkPorts) {
    this.#worker = open(start);
    this.#worker.on('message', (message: FromWorker) => {
      read();
      if (message.kind === 'answer') this.#settle(message.number)?.resolve(message.result);
      else if (message.kind === 'failure') this.#settle(message.number)?.reject(unpackError(message.error));
      else take(message);
    });
    let cause: unknown;
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.gone = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#isGone = true;
        const failure = this.#wanted ? threadFailed(code, cause) : undefined;
        for (const number of [...this.#calls.keys()])
          this.#settle(number)?.reject(failure ?? threadFailed(code, cause));
        ended(failure);
        resolve();
      });
    });
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Rejects with the node's error, or with `THREAD_FAILED` when the thread ends before it has answered. */
  call(call: Call): Promise<NodeId | undefined> {
    if (this.#isGone) return Promise.reject(threadFailed(undefined, undefined));
    this.#called += 1;
    const number = this.#called;
    const answered = new Promise<NodeId | undefined>((resolve, reject) => this.#calls.set(number, { resolve, reject }));
    this.post({ kind: 'call', number, call });
    return answered;
  }

  /** From now on the thread may end. */
  dismiss(): void {
    this.#wanted = false;
  }

  /** Ends the thread, whatever a driver of the user's has left running in it. */
  async terminate(): Promise<void> {
    this.dismiss();
    await this.#worker.terminate();
  }

  #settle(number: number): Pending | undefined {
    const pending = this.#calls.get(number);
    this.#calls.delete(number);
    return pending;
  }
}

function open(start: WorkerStart): Worker {
  try {
    return new Worker(new URL('../worker/main.js', import.meta.url), {
      name: 'graft-election',
      workerData: start,
      // Else they are inherited. To hand on the rest of them by name is refused where one of them is of the whole process.
      ...(process.execArgv.some((flag) => FLAG_OF_EVAL.test(flag)) && { execArgv: [] }),
    });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof Error && cause.name === 'DataCloneError') {
      throw new GraftError('CANNOT_CROSS_THREADS', `an option cannot go into a worker thread: ${text}`, { cause });
    }
    throw new GraftError('THREAD_FAILED', `the worker thread could not be started: ${text}`, { cause });
  }
}

function threadFailed(code: number | undefined, cause: unknown): GraftError {
  const text = cause instanceof Error ? `: ${cause.message}` : '';
  return new GraftError(
    'THREAD_FAILED',
    `the worker thread of the node ended by itself, with code ${code ?? 'unknown'}${text}; start the node anew`,
    { cause },
  );
}
