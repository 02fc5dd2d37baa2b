import { changesBetween } from '../../client/changes.js';
import type { ClusterStatus } from '../../client/cluster-status.js';
import { GraftError } from '../../core/errors.js';
import { changeText } from '../change-text.js';
import { askingFlags, openClient } from '../cluster-flags.js';
import type { Call, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { INTERVAL_FLAG, intervalGiven } from '../interval-flag.js';
import { pause } from '../pause.js';
import { statusLines } from '../status-view.js';
import { clockTime } from '../time-text.js';

/** How many of the newest changes a live screen shows. */
const RECENT = 12;
const DEFAULT_TIMEOUT_MS = 500;

export const watchCommand: Command = {
  summary: 'the same as status, live, with what changes',
  usage: '--cluster NAME [options]',
  details:
    'On a terminal, the cluster and its recent changes, until Ctrl-C. Elsewhere one line for each change; with --json one\n' +
    'object for each: {"at", "change", "status"}. It asks every --interval, so what comes and goes in between is not seen,\n' +
    'and it takes part in nothing: it never counts toward a quorum.',
  examples: [
    'graft watch --cluster reports',
    'graft watch --cluster reports --json | jq -c .change',
    'graft watch --cluster reports --for 10m > changes.txt',
  ],
  flags: [
    {
      title: 'What is shown',
      flags: {
        interval: INTERVAL_FLAG,
        for: { value: 'TIME', help: 'ends after this', default: 'never' },
      },
    },
    ...askingFlags(DEFAULT_TIMEOUT_MS),
  ],
  exits: ['unreachable'],
  async run(call) {
    const intervalMs = intervalGiven(call.given);
    const limitMs = call.given.durationMs('timeout') ?? DEFAULT_TIMEOUT_MS;
    const forMs = call.given.durationMs('for');
    await using client = await openClient(call);
    const over = new AbortController();
    const signal = AbortSignal.any([call.signal, over.signal]);
    if (forMs !== undefined) void pause(forMs, signal).then(() => over.abort());
    const screen = new Screen(call);
    call.terminal.enterScreen();
    try {
      while (!signal.aborted) {
        try {
          for await (const status of client.watch({ intervalMs, limitMs, signal })) screen.take(status);
        } catch (error) {
          // A server that is away now was there before: it is waited for.
          if (!screen.hasSeen || !(error instanceof GraftError)) throw error;
          screen.complain(error.message);
          await pause(intervalMs, signal);
        }
      }
    } finally {
      over.abort();
      call.terminal.leaveScreen();
    }
    return EXIT.done;
  },
};

/** What is shown of round after round. */
class Screen {
  readonly #call: Call;
  readonly #recent: string[] = [];
  #before: ClusterStatus | undefined;
  #complaint = '';

  constructor(call: Call) {
    this.#call = call;
  }

  get hasSeen(): boolean {
    return this.#before !== undefined;
  }

  take(status: ClusterStatus): void {
    const { terminal } = this.#call;
    const at = new Date(status.atMs).toISOString();
    for (const change of changesBetween(this.#before, status)) {
      const line = `${clockTime(status.atMs)}  ${changeText(change, terminal)}`;
      if (terminal.json) terminal.value({ at, change, status });
      else if (!terminal.isLive) terminal.line(line);
      this.#recent.push(line);
    }
    this.#recent.splice(0, this.#recent.length - RECENT);
    this.#before = status;
    this.#complaint = '';
    terminal.repaint([...statusLines(status, terminal), '', terminal.paint('dim', 'changes'), ...this.#recent]);
  }

  complain(text: string): void {
    const { terminal } = this.#call;
    if (text === this.#complaint) return;
    this.#complaint = text;
    if (terminal.isLive) terminal.repaint([terminal.paint('red', text), '', ...this.#recent]);
    else terminal.note(`graft: ${text}`);
  }
}
