import { resolve } from 'node:path';
import { GraftError } from '../../core/errors.js';
import type { Term } from '../../core/messages.js';
import type { NodeId } from '../../core/names.js';
import { Crew } from '../../node/crew.js';
import { Herald } from '../../node/herald.js';
import type { NodeStatus } from '../../node/status.js';
import { NOTHING_MEASURED } from '../../timings/measured.js';
import { Board, type Reading } from '../between/board.js';
import { unpackError, unpackGraftError } from '../between/error-parcel.js';
import type { Call, FromWorker, WorkerStart } from '../between/messages.js';
import { processClock } from '../between/process-clock.js';
import { Chronicle } from './chronicle.js';
import type { ThreadedSettings } from './options.js';
import { PublishedPosition } from './published-position.js';
import { Pulse } from './pulse.js';
import { type Facts, holds } from './shown-elsewhere.js';
import { within } from './within.js';
import { WorkerLink } from './worker-link.js';

/** How often the main thread shows that it lives, at the least. */
const LONGEST_PULSE_MS = 100;
const PULSES_PER_LIMIT = 10;
/** How long a worker that is to end may take. */
const END_LIMIT_MS = 2000;

interface StartWaiting {
  readonly resolve: (facts: Facts) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The user's side of a node in a worker: runs the user's handler, listeners and work on this thread as the worker tells of
 * what happens, reads the shared memory, and shows that this thread lives.
 */
export class Liaison {
  readonly herald: Herald;
  readonly crew: Crew;
  /** Resolves when the node has joined; rejects, with nothing left running, when it cannot. */
  readonly started: Promise<Facts>;
  readonly #chronicle: Chronicle;
  readonly #board = new Board();
  readonly #link: WorkerLink;
  readonly #pulse: Pulse;
  #starting: StartWaiting = { resolve: () => undefined, reject: () => undefined };
  #workerErrors: NodeStatus['errors'] = {};
  #measured: NodeStatus['measured'] = NOTHING_MEASURED;
  /** The term that work may run in: as told, so in step with the other events. */
  #workTerm: Term | undefined;
  #lapsedTerm: Term | undefined;
  #hasStarted = false;
  #isRefused = false;
  #closed = false;

  constructor(settings: ThreadedSettings) {
    this.#chronicle = new Chronicle(settings);
    this.herald = new Herald(settings.handler, processClock, this.#chronicle);
    this.crew = new Crew({
      patience: { within },
      drainTimeoutMs: settings.drainTimeoutMs,
      isLeader: (term) => this.leads(term),
      onFailure: () => this.stepDown(),
      report: (error) => this.herald.report(error),
    });
    this.started = new Promise((resolve, reject) => {
      this.#starting = { resolve, reject };
    });
    const { handler, mainThreadTimeoutMs, positionMaxAgeMs } = settings;
    const hooks = { currentState: handler.currentState !== undefined, grantVote: handler.grantVote !== undefined };
    const position = new PublishedPosition(this.herald.hooks, (last) =>
      this.#link.post({ kind: 'position', position: last }),
    );
    this.#link = new WorkerLink(workerStart(settings, { memory: this.#board.memory, hooks, position: position.last }), {
      take: (message) => this.#take(message),
      ended: (failure) => this.#onEnd(failure),
      read: () => this.#board.countMessage(),
    });
    const pulseMs = Math.min(LONGEST_PULSE_MS, Math.min(mainThreadTimeoutMs, positionMaxAgeMs) / PULSES_PER_LIMIT);
    this.#pulse = new Pulse(pulseMs, () => {
      if (hooks.currentState) position.renew();
      this.#board.want(this.#chronicle.wanted);
      // The last thing: what was published is as young as this beat.
      this.#board.beat();
    });
  }

  // ---------------------------------------------------------------- what is known

  get isClosed(): boolean {
    return this.#closed;
  }

  /** What the worker shows now. A lease that was once found over is over (rule 8), and the worker is told so. */
  read(): Reading {
    const reading = this.#board.read(processClock);
    const { showing, at } = reading;
    if (showing.lease === undefined) return reading;
    if (this.#lapsedTerm !== showing.term) {
      if (holds(showing, at) && !this.#closed) return reading;
      this.#lapsedTerm = showing.term;
      this.#link.post({ kind: 'lapsed', term: showing.term });
    }
    return { showing: { ...showing, lease: undefined }, at };
  }

  /** Whether this node leads `term` now. */
  leads(term: Term): boolean {
    const { showing } = this.read();
    return showing.lease !== undefined && showing.term === term;
  }

  /** The term that work under `lead()` may begin in now. */
  get workTerm(): Term | undefined {
    return this.#workTerm !== undefined && this.leads(this.#workTerm) ? this.#workTerm : undefined;
  }

  /** How often each error has come up, on either thread. */
  get errorCounts(): NodeStatus['errors'] {
    const counts = new Map(Object.entries(this.#workerErrors));
    for (const [code, count] of Object.entries(this.herald.errorCounts))
      counts.set(code, (counts.get(code) ?? 0) + count);
    return Object.fromEntries(counts);
  }

  /** What the node has measured, as of a moment ago. */
  get measured(): NodeStatus['measured'] {
    return this.#measured;
  }

  // ---------------------------------------------------------------- what can be done

  /** Asks the node; rejects with its error, or with `THREAD_FAILED` when the thread has ended by itself. */
  call(call: Call): Promise<NodeId | undefined> {
    return this.#link.call(call);
  }

  /** As the node's, but never rejects: with its thread, leadership is gone too. */
  async stepDown(): Promise<void> {
    await this.call({ what: 'stepDown' }).catch(() => undefined);
  }

  /** Gives up starting: `started` rejects soon, unless the node has joined already. */
  abandon(): void {
    this.#link.post({ kind: 'abandon' });
    const settled = this.started.then(
      () => undefined,
      () => undefined,
    );
    // A module of the user's may never end to load.
    void within(END_LIMIT_MS, settled).then((isInTime) => (isInTime ? undefined : this.#link.terminate()));
  }

  /** Lets the worker, whose node has closed, end; what a driver has left running there is not waited for. */
  async end(): Promise<void> {
    this.#pulse.stop();
    this.#link.dismiss();
    if (!(await within(END_LIMIT_MS, this.#link.gone))) await within(END_LIMIT_MS, this.#link.terminate());
  }

  // ---------------------------------------------------------------- what the worker tells

  #take(message: Exclude<FromWorker, { kind: 'answer' | 'failure' }>): void {
    switch (message.kind) {
      case 'started':
        this.#hasStarted = true;
        this.#chronicle.begin(message);
        this.#starting.resolve(message);
        return;
      case 'refused':
        this.#refuse(unpackError(message.error));
        return;
      case 'stateChange':
        this.#onStateChange(message.change);
        return;
      case 'leaderChange':
        this.herald.leaderChange({ leader: message.leader, term: message.term });
        return;
      case 'error':
        this.herald.pass(unpackGraftError(message.error));
        return;
      case 'trace':
        this.#chronicle.relay(message.channel, message.message);
        return;
      case 'errorCounts':
        this.#workerErrors = message.counts;
        return;
      case 'measured':
        this.#measured = message.measured;
        return;
      case 'lead':
        this.#workTerm = message.term;
        if (this.leads(message.term)) this.crew.resume(message.term);
        return;
      case 'drain':
        this.#workTerm = undefined;
        void this.crew.drain().then(() => this.#link.post({ kind: 'drained', term: message.term }));
        return;
      case 'grantVote':
        this.#link.post({
          kind: 'verdict',
          number: message.number,
          granted: this.herald.hooks.grants(message.position),
        });
        return;
      default:
        message satisfies never;
    }
  }

  /** The node has not joined. The promise that nothing is left running is kept before the reason is told. */
  #refuse(reason: Error): void {
    this.#isRefused = true;
    void this.end().then(() => this.#starting.reject(reason));
  }

  #onStateChange(change: Extract<FromWorker, { kind: 'stateChange' }>['change']): void {
    if (change.from === 'LEADER') {
      this.#workTerm = undefined;
      this.crew.abort(`leadership of term ${change.term} is over: ${change.reason}`);
    }
    if (change.to === 'LEADER') this.crew.renew();
    if (change.to === 'CLOSED') this.#closed = true;
    this.herald.change(change);
  }

  #onEnd(failure: GraftError | undefined): void {
    this.#pulse.stop();
    if (!this.#hasStarted && !this.#isRefused) {
      this.#starting.reject(failure ?? new GraftError('NODE_CLOSED', 'start() was given up'));
    }
    if (!this.#hasStarted || failure === undefined || this.#closed) return;
    const { term } = this.read().showing;
    this.#closed = true;
    // Voters hold to their promise for as long as the lease would have lasted; here it is over at once.
    void this.crew.dismiss(failure.message);
    this.herald.report(failure);
    this.herald.closed(term);
  }
}

function workerStart(
  { election, id, log, drainTimeoutMs, rpc, mainThreadTimeoutMs, positionMaxAgeMs }: ThreadedSettings,
  shared: Pick<WorkerStart, 'memory' | 'hooks' | 'position'>,
): WorkerStart {
  const { cluster, timings, priority, observer, interop, preVote } = election;
  return {
    election: { cluster, timings, priority, observer, interop, preVote },
    id,
    log: log === undefined ? undefined : resolve(log),
    drainTimeoutMs,
    rpc,
    mainThreadTimeoutMs,
    positionMaxAgeMs,
    ...shared,
  };
}
