import { GraftError } from '../../core/errors.js';
import type { Term } from '../../core/messages.js';
import type { NodeId } from '../../core/names.js';
import { parseTimings } from '../../core/options.js';
import type { RpcDriver } from '../../drivers/rpc-driver.js';
import type { Handler } from '../../node/handler.js';
import type { HostedNode } from '../../node/host.js';
import { Node } from '../../node/node.js';
import type { Leadership } from '../../node/work.js';
import { Board, showingOf } from '../between/board.js';
import { packError } from '../between/error-parcel.js';
import type { Call, Position, ToWorker, WorkerStart } from '../between/messages.js';
import { processClock } from '../between/process-clock.js';
import { Consultation } from './consultation.js';
import { ConsultingDriver } from './consulting-driver.js';
import type { Mailbag } from './mailbag.js';
import { MainThreadWatch } from './main-thread-watch.js';
import { makeDriver } from './make-driver.js';
import { TraceRelay } from './trace-relay.js';

/** How old what was measured may be on the user's side: percentiles of an hour change little in a second. */
const MEASURED_INTERVAL_MS = 1000;

/** The node that lives in this worker, and how it hears of its user and is heard. */
export class Resident {
  readonly #start: WorkerStart;
  readonly #board: Board;
  readonly #mail: Mailbag;
  readonly #consultation: Consultation;
  readonly #watch: MainThreadWatch;
  readonly #relay: TraceRelay;
  readonly #abandon = new AbortController();
  readonly #end: () => void;
  #hosted: HostedNode | undefined;
  #position: Position;
  /** The drain that is waited for. */
  #draining: { readonly term: Term; readonly end: () => void } | undefined;
  #errorsTold = 0;
  #nextMeasuredMs = Number.NEGATIVE_INFINITY;

  /** @param end lets go of the port, so that the thread ends by itself. */
  constructor(start: WorkerStart, { mail, end }: { readonly mail: Mailbag; readonly end: () => void }) {
    this.#start = start;
    this.#board = new Board(start.memory);
    this.#mail = mail;
    this.#end = end;
    this.#position = start.position;
    this.#relay = new TraceRelay(mail, this.#board);
    this.#consultation = new Consultation({
      mail,
      clock: processClock,
      // A candidate asks again, and a later answer would be one to a question that is over.
      limitMs: parseTimings(start.election.timings ?? {}).heartbeatIntervalMs,
    });
    this.#watch = new MainThreadWatch({
      board: this.#board,
      clock: processClock,
      timeoutMs: start.mainThreadTimeoutMs,
      onSilent: (silentMs) => this.#onSilent(silentMs),
      onLife: () => this.#hosted?.setFit(true),
      onLook: () => this.#tellFigures(),
    });
  }

  /** Starts the node and says so, or why not. Never rejects. */
  async run(): Promise<void> {
    try {
      this.#hosted = await this.#startNode(await makeDriver(this.#start.rpc));
    } catch (error) {
      this.#mail.post({ kind: 'refused', error: packError(error) });
      this.#end();
      return;
    }
    this.#relay.start();
    const { node, settings } = this.#hosted;
    const { incarnation, uptimeMs } = node.status();
    node.on('leaderChange', ({ leader, term }) => this.#mail.post({ kind: 'leaderChange', leader, term }));
    this.#mail.post({ kind: 'started', settings, incarnation, startedAtMs: processClock.nowMs() - uptimeMs });
    this.#watch.start();
    await node.lead((leadership) => this.#lend(leadership));
  }

  take(message: ToWorker): void {
    switch (message.kind) {
      case 'call':
        void this.#answer(message.number, message.call);
        return;
      case 'abandon':
        this.#abandon.abort(new GraftError('NODE_CLOSED', 'start() was given up'));
        return;
      case 'drained':
        // Work that was given up in an earlier term may be told of only now.
        if (message.term === this.#draining?.term) this.#draining.end();
        return;
      case 'verdict':
        this.#consultation.answer(message.number, message.granted);
        return;
      case 'position':
        this.#position = message.position;
        return;
      case 'lapsed':
        this.#onLapsed(message.term);
        return;
      default:
        message satisfies never;
    }
  }

  async #startNode(driver: RpcDriver): Promise<HostedNode> {
    const { election, id, log, drainTimeoutMs, mainThreadTimeoutMs, hooks } = this.#start;
    const consulting = new ConsultingDriver(driver, (position) => this.#consultation.ask(position));
    const handler: Handler = {
      stateChange: (change) => {
        // Nothing is left to wait for.
        if (change.from === 'LEADER') this.#draining?.end();
        this.#mail.post({ kind: 'stateChange', change });
      },
      asyncError: (error) => this.#mail.post({ kind: 'error', error: packError(error) }),
      ...(hooks.currentState && { currentState: () => this.#freshPosition() }),
      ...(hooks.grantVote && { grantVote: (position) => consulting.grantVote(position) }),
    };
    return await Node.startFor(
      { shown: (elector, delay) => this.#board.show(showingOf(elector, delay)) },
      {
        ...election,
        id,
        log,
        rpc: hooks.grantVote ? consulting : driver,
        handler,
        clock: processClock,
        // The user's side counts drainTimeoutMs itself, and may be held up in that for as long as it may be silent.
        drainTimeoutMs: Math.min(drainTimeoutMs + mainThreadTimeoutMs, 2 ** 31 - 1),
        signal: this.#abandon.signal,
      },
    );
  }

  /** Leadership, lent to the user's side: it is told when work may begin and when it should end, and is waited for. */
  async #lend({ term, signal, isLeader }: Leadership): Promise<void> {
    this.#mail.post({ kind: 'lead', term });
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    // A leadership that is lost is told as such.
    if (!isLeader()) return;
    await new Promise<void>((resolve) => {
      this.#draining = { term, end: resolve };
      this.#mail.post({ kind: 'drain', term });
    });
    this.#draining = undefined;
  }

  async #answer(number: number, call: Call): Promise<void> {
    try {
      this.#mail.post({ kind: 'answer', number, result: await this.#perform(call) });
    } catch (error) {
      this.#mail.post({ kind: 'failure', number, error: packError(error) });
    }
    if (call.what === 'close') this.#end();
  }

  async #perform(call: Call): Promise<NodeId | undefined> {
    const node = this.#hosted?.node;
    switch (call.what) {
      case 'transfer':
        return await node?.transfer({ to: call.to });
      case 'stepDown':
        await node?.stepDown();
        return undefined;
      case 'close':
        await node?.close();
        this.#watch.stop();
        this.#relay.stop();
        this.#tellFigures();
        return undefined;
    }
  }

  #onSilent(silentMs: number): void {
    this.#hosted?.setFit(false);
    this.#hosted?.report(
      new GraftError(
        'MAIN_THREAD_SILENT',
        `the main thread has shown no life for ${Math.round(silentMs)} ms, and thread.mainThreadTimeoutMs is ` +
          `${this.#start.mainThreadTimeoutMs}: this node hands over if it leads, and only votes until the main thread ` +
          'is back; break long work up, or raise the limit',
      ),
    );
  }

  /**
   * The user's side asked when the lease had just run out by the clock, and said so to whoever asked; an answer that had
   * come in a moment before may have prolonged it all the same. Lapsed is lapsed (rule 8): this leadership ends.
   */
  #onLapsed(term: Term): void {
    const node = this.#hosted?.node;
    if (node?.fencingToken === term) void node.stepDown();
  }

  /** @throws when the application cannot tell, or has not told for too long: then nothing is asked (rule 13). */
  #freshPosition(): Uint8Array | undefined {
    const silentMs = this.#watch.silentMs();
    const { positionMaxAgeMs } = this.#start;
    if (silentMs > positionMaxAgeMs) {
      throw new Error(
        `the position is ${Math.round(silentMs)} ms old, since the main thread shows no life, and ` +
          `thread.positionMaxAgeMs is ${positionMaxAgeMs}`,
      );
    }
    if (this.#position === 'unknown') throw new Error('the application could not tell its position');
    return this.#position;
  }

  #tellFigures(): void {
    this.#mail.release();
    if (this.#hosted === undefined) return;
    const { errors: counts, measured } = this.#hosted.node.status();
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (total !== this.#errorsTold && !this.#mail.isFull) {
      this.#errorsTold = total;
      this.#mail.post({ kind: 'errorCounts', counts });
    }
    const nowMs = processClock.nowMs();
    if (nowMs < this.#nextMeasuredMs || this.#mail.isFull) return;
    this.#nextMeasuredMs = nowMs + MEASURED_INTERVAL_MS;
    this.#mail.post({ kind: 'measured', measured });
  }
}
