import { constants } from 'node:os';
import type { Node } from '../../node/node.js';
import type { Leadership } from '../../node/work.js';
import { EXIT } from '../exit-codes.js';
import { pause } from '../pause.js';
import { BackOff } from './back-off.js';
import type { Margins } from './fate.js';
import { GuardProcess } from './guard-process.js';
import type { Ending } from './guard-words.js';
import { GuardedProgram } from './guarded-program.js';
import type { Journal } from './journal.js';
import { leaseEndFrom } from './lease-end.js';
import { Ticker } from './ticker.js';

/** How often the guard is told of the lease. A heartbeat's answer prolongs it every 100 ms by default. */
const FEED_EVERY_MS = 20;
/** How long before it is tried again when the lease was too short to begin. */
const LATE_MS = 50;

/** What becomes of leadership when the program ends by itself. */
export type OnExit = 'restart' | 'step-down' | 'exit';

export interface SupervisorStart {
  readonly node: Node;
  readonly cluster: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly onExit: OnExit;
  readonly graceMs: number;
  readonly margins: Margins;
  readonly journal: Journal;
  /** Ends `graft run` with this exit code. */
  readonly finish: (exitCode: number) => void;
}

/** Runs the program while this node leads: what `lead()` is given. */
export class Supervisor {
  readonly #start: SupervisorStart;
  readonly #backOff = new BackOff();
  #guard: GuardProcess | undefined;
  #program: GuardedProgram | undefined;

  constructor(start: SupervisorStart) {
    this.#start = start;
    // Told before this node says another word to the others: whoever is elected next finds the program gone. The lease may
    // have time left then, when it was another reason that ended leadership, and that time is nobody's to use.
    start.node.on('deposed', () => this.#program?.kill());
  }

  /** Ends the program at once, as it was asked for a second time. */
  hurry(): void {
    this.#program?.kill();
  }

  /** Before the node is told what to do when it leads. */
  async open(): Promise<void> {
    this.#guard = await GuardProcess.start(
      (word) => this.#program?.hear(word),
      () => this.#guardLost(),
    );
  }

  close(): void {
    this.#guard?.release();
  }

  /** Without its guard this node must not lead another time. */
  #guardLost(): void {
    if (this.#program !== undefined) {
      this.#program.guardLost();
      return;
    }
    const { journal, finish } = this.#start;
    journal.note({ what: 'error', code: 'INTERNAL', message: 'the guard process was killed' });
    finish(EXIT.internal);
  }

  readonly work = async (leadership: Leadership): Promise<void> => {
    const { journal, onExit, finish, node } = this.#start;
    const { signal } = leadership;
    while (!signal.aborted && leadership.isLeader()) {
      const begunMs = performance.now();
      const { ending, wasAsked } = await this.#runOnce(leadership);
      const ranMs = performance.now() - begunMs;
      if (ending.how === 'late') {
        await pause(LATE_MS, signal);
        continue;
      }
      journal.note({ what: 'ended', how: endingText(ending), ranMs });
      if (ending.how === 'unable') {
        finish(ending.errno === 'EACCES' ? 126 : 127);
        return;
      }
      // It was told to end, for want of lease or because this node hands over: that is no failure of the program's.
      if (wasAsked || signal.aborted) continue;
      if (onExit === 'exit') {
        finish(exitCodeOf(ending));
        return;
      }
      const waitMs = this.#backOff.next(ranMs);
      journal.note({ what: 'waiting', ms: waitMs, before: onExit });
      await pause(waitMs, signal);
      if (onExit === 'step-down' && !signal.aborted) {
        // Not awaited: it waits for this work to return.
        void node.stepDown();
        return;
      }
    }
  };

  async #runOnce({ term, signal, isLeader }: Leadership): Promise<{ ending: Ending; wasAsked: boolean }> {
    const { node, cluster, command, args, graceMs, margins, journal } = this.#start;
    if (this.#guard === undefined) throw new Error('the guard was not started');
    const leaseEnd = () => leaseEndFrom(() => node.status().leaseLeftMs);
    let wasAsked = false;
    const env = { GRAFT_TERM: String(term), GRAFT_NODE_ID: node.id, GRAFT_CLUSTER: cluster };
    const order = { command, args, env, margins, graceMs, leaseEnd: leaseEnd() };
    const program = new GuardedProgram(this.#guard, order, {
      started: (pid) => journal.note({ what: 'started', term, pid }),
      terminated: () => {
        wasAsked = true;
        journal.note({ what: 'terminated' });
      },
      killed: () => {
        wasAsked = true;
        journal.note({ what: 'killed' });
      },
    });
    this.#program = program;
    const feed = new Ticker(FEED_EVERY_MS, () => {
      if (isLeader()) program.prolong(leaseEnd());
    });
    const onAbort = (): void => {
      // Leadership that is to be handed over holds until the program has ended; leadership that is lost does not.
      if (isLeader()) program.terminate();
      else program.kill();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return { ending: await program.ended, wasAsked };
    } finally {
      feed.stop();
      signal.removeEventListener('abort', onAbort);
      this.#program = undefined;
    }
  }
}

function endingText(ending: Ending): string {
  switch (ending.how) {
    case 'exit':
      return `exit code ${ending.code}`;
    case 'signal':
      return ending.signal;
    case 'unable':
      return ending.message;
    case 'late':
      return 'it was not started';
  }
}

/** As a shell has it. */
function exitCodeOf(ending: Ending): number {
  if (ending.how === 'exit') return ending.code;
  const numbers: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));
  return 128 + (ending.how === 'signal' ? (numbers.get(ending.signal) ?? 0) : 0);
}
