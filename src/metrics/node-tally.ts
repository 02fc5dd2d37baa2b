import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Refusal } from '../core/refusal.js';
import type { NodeStatus } from '../node/status.js';
import type { TraceEvents, TraceMessage } from '../node/trace-events.js';
import { type Instruments, labelsOf, type NodeLabels } from './instruments.js';
import type { CounterLike, HistogramLike, Labels } from './prom-client-like.js';

const REQUESTS = ['vote', 'preVote'] as const;
const REFUSALS: readonly Refusal[] = ['inDoubt', 'leads', 'promised', 'oldTerm', 'votedForOther', 'position'];

/** Counts what one node publishes on its channels. */
export class NodeTally {
  readonly #instruments: Instruments;
  readonly #labels: NodeLabels;
  readonly #incarnation: number;
  readonly #counted: readonly (readonly [metric: CounterLike | HistogramLike, labels: Labels])[];
  readonly #subscriptions: (() => void)[] = [];
  #leader: string | undefined;
  #leaderTerm: number;

  /** @param onClosed called once, when the node has closed. */
  constructor(instruments: Instruments, status: NodeStatus, onClosed: () => void) {
    this.#instruments = instruments;
    this.#labels = labelsOf(status);
    this.#incarnation = status.incarnation;
    this.#leader = status.leader;
    this.#leaderTerm = status.term;
    this.#counted = this.#showZeros();
    this.#subscribe();
    this.#on('graft-election:state-change', ({ to }) => {
      if (to === 'CLOSED') onClosed();
    });
  }

  /** Counts no more, and takes what was counted away. */
  end(): void {
    for (const unsubscribeOne of this.#subscriptions.splice(0)) unsubscribeOne();
    for (const [metric, labels] of this.#counted) metric.remove(labels);
  }

  /** A count that is not there before the first time has no rate of increase when it comes. */
  #showZeros(): readonly (readonly [CounterLike | HistogramLike, Labels])[] {
    const { leaderChanges, electionsStarted, electionsWon, electionsLost, leaseRenewals, persistFailures } =
      this.#instruments;
    const plain = [leaderChanges, electionsStarted, electionsWon, electionsLost, leaseRenewals, persistFailures];
    const { votesGranted, votesRefused, persist, roundTrip } = this.#instruments;
    const asked = REQUESTS.map((request) => ({ ...this.#labels, request }));
    const counters: readonly (readonly [CounterLike, Labels])[] = [
      ...plain.map((counter) => [counter, this.#labels] as const),
      ...asked.map((labels) => [votesGranted, labels] as const),
      ...asked.flatMap((labels) => REFUSALS.map((reason) => [votesRefused, { ...labels, reason }] as const)),
    ];
    for (const [counter, labels] of counters) counter.inc(labels, 0);
    for (const histogram of [persist, roundTrip]) histogram.zero(this.#labels);
    return [...counters, [persist, this.#labels], [roundTrip, this.#labels]];
  }

  #subscribe(): void {
    const { electionsStarted, electionsWon, electionsLost, leaseRenewals } = this.#instruments;
    const { votesGranted, votesRefused, persist, persistFailures, roundTrip } = this.#instruments;
    const elections = { started: electionsStarted, won: electionsWon, lost: electionsLost };
    this.#on('graft-election:election', ({ outcome }) => elections[outcome].inc(this.#labels));
    this.#on('graft-election:leader-change', (known) => this.#countLeader(known));
    this.#on('graft-election:vote', ({ preVote, refusal }) => {
      const labels = { ...this.#labels, request: preVote ? REQUESTS[1] : REQUESTS[0] };
      if (refusal === undefined) votesGranted.inc(labels);
      else votesRefused.inc({ ...labels, reason: refusal });
    });
    this.#on('graft-election:lease', () => leaseRenewals.inc(this.#labels));
    this.#on('graft-election:heartbeat', ({ roundTripMs }) => roundTrip.observe(this.#labels, roundTripMs / 1000));
    this.#on('graft-election:persist', ({ durationMs, error }) => {
      persist.observe(this.#labels, durationMs / 1000);
      if (error !== undefined) persistFailures.inc(this.#labels);
    });
  }

  /** A leader that was out of sight for a while, and is heard again in its term, is no new one. */
  #countLeader({ leader, term }: TraceEvents['graft-election:leader-change']): void {
    if (leader === undefined || (leader === this.#leader && term === this.#leaderTerm)) return;
    this.#leader = leader;
    this.#leaderTerm = term;
    this.#instruments.leaderChanges.inc(this.#labels);
  }

  #on<Name extends keyof TraceEvents>(name: Name, count: (message: TraceMessage<Name>) => void): void {
    const onMessage = (message: unknown): void => {
      if (this.#isOurs<Name>(message)) count(message);
    };
    subscribe(name, onMessage);
    this.#subscriptions.push(() => unsubscribe(name, onMessage));
  }

  /** All nodes of a process publish on the same channels. */
  #isOurs<Name extends keyof TraceEvents>(message: unknown): message is TraceMessage<Name> {
    return typeof message === 'object' && message !== null && Reflect.get(message, 'incarnation') === this.#incarnation;
  }
}
