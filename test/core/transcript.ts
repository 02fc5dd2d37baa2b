import type { StateChange } from '../../src/core/effects.js';
import type { Message } from '../../src/core/messages.js';

/**
 * What happened in a cluster, as facts of the protocol, for a stranger to follow. What somebody says again unchanged
 * is told once until its state changes; heartbeats and their answers once a term.
 */
export class Transcript {
  readonly #nowMs: () => number;
  #lines: string[] = [];
  readonly #beats = new Set<string>();
  readonly #said = new Map<string, Set<string>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** All that was told since the last call. */
  take(): string {
    const text = this.#lines.join('\n');
    this.#lines = [];
    return text;
  }

  /** Something that was done to the cluster. */
  tell(fact: string): void {
    this.#said.clear();
    this.#write(`-- ${fact}`);
  }

  changed(id: string, { from, to, term, reason }: StateChange): void {
    this.#said.delete(id);
    this.#write(`${id}: ${from} -> ${to}, term ${term} (${reason})`);
  }

  /** @param reached those of the receivers to whom a link leads. */
  said(from: string, receivers: readonly string[], reached: readonly string[], message: Message): void {
    const lost = receivers.filter((id) => !reached.includes(id));
    const cut = lost.length === 0 ? '' : ` [cut: ${lost.join(' ')}]`;
    const line = `${from} -> ${receivers.join(' ')}: ${inWords(message)}${cut}`;
    const told =
      message.kind === 'heartbeat' || message.kind === 'heartbeatResponse' ? this.#beats : this.#saidBy(from);
    if (told.has(line)) return;
    told.add(line);
    this.#write(line);
  }

  #saidBy(id: string): Set<string> {
    const said = this.#said.get(id) ?? new Set();
    this.#said.set(id, said);
    return said;
  }

  #write(line: string): void {
    this.#lines.push(`${String(Math.round(this.#nowMs())).padStart(6)}  ${line}`);
  }
}

function inWords(message: Message): string {
  switch (message.kind) {
    case 'voteRequest':
      return `vote for me, term ${message.term}${message.leadershipTransfer ? ' (in the name of the leader)' : ''}${message.standBy ? ', and stand by me' : ''}`;
    case 'preVoteRequest':
      return `would you vote for me, term ${message.term}?`;
    case 'voteResponse': {
      const answer = message.granted ? 'yes' : 'no';
      const hint = message.retryAfterMs > 0 ? ', ask later' : '';
      return `${message.preVote ? 'I would' : 'vote'}: ${answer}, term ${message.term}${hint}`;
    }
    case 'heartbeat':
      return `I lead term ${message.term}`;
    case 'heartbeatResponse':
      return `heard, term ${message.term}`;
    case 'timeoutNow':
      return `campaign now, term ${message.term} is over`;
  }
}
