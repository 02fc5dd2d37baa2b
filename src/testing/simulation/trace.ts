import type { Message } from '../../core/messages.js';
import type { WorldEvent, WorldView } from './invariant.js';
import type { Hearer } from './watch.js';

/** Tells a world's story, a line for each event. The same world tells the same, byte for byte. */
export class Trace implements Hearer {
  readonly hears = 'all';
  readonly #write: (line: string) => void;
  #step = 1;

  /** @param write is given each line, without its end. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  hear(event: WorldEvent, { nowMs }: WorldView): void {
    if (event.kind === 'step') this.#step += 1;
    else this.#write(`${String(this.#step).padStart(5)} ${nowMs.toFixed(3).padStart(10)} ms  ${describeEvent(event)}`);
  }
}

/** An event in words. */
export function describeEvent(event: WorldEvent): string {
  switch (event.kind) {
    case 'started':
    case 'crashed':
    case 'closed':
    case 'stopped':
    case 'resumed':
      return `${event.by} ${event.kind}`;
    case 'diskReplaced':
      return `${event.by} has a new disk`;
    case 'wallClockSet':
      return `${event.by} wall clock set by ${event.ms.toFixed(3)} ms`;
    case 'stateChange':
      return `${event.by} ${event.from} => ${event.to}, term ${event.term} (${event.reason})`;
    case 'leaderChange':
      return `${event.by} follows ${event.leader ?? 'nobody'}, term ${event.term}`;
    case 'error':
      return `${event.by} reports ${event.code}: ${event.text}`;
    case 'durable': {
      const { term, votedFor, isNew } = event.state;
      return `${event.by} disk: term ${term}, vote ${votedFor ?? 'none'}${isNew ? ', new' : ''}`;
    }
    case 'saveFailed':
      return `${event.by} write failed`;
    case 'positionRefused':
      return `${event.by} refuses a position`;
    case 'sent':
    case 'delivered':
    case 'lost':
      return `${event.from} -> ${event.to} ${describeMessage(event.message)} ${event.kind}`;
    case 'fault':
      return `** ${event.text}`;
    case 'call':
      return `${event.by} ${event.call}(${event.to ?? ''})`;
    case 'callEnded':
      return `${event.by} ${event.call}() ended: ${event.outcome}`;
    case 'step':
    case 'end':
      return event.kind;
    default:
      return event satisfies never;
  }
}

function describeMessage(message: Message): string {
  switch (message.kind) {
    case 'voteRequest':
      return `voteRequest term ${message.term} round ${message.round}${message.leadershipTransfer ? ' transfer' : ''}${message.standBy ? ' stand by' : ''}`;
    case 'preVoteRequest':
      return `preVoteRequest term ${message.term} round ${message.round}`;
    case 'voteResponse': {
      const { granted, preVote, term, round, retryAfterMs } = message;
      const answer = `${preVote ? 'pre-vote' : 'vote'} ${granted ? 'granted' : 'refused'} term ${term} round ${round}`;
      return retryAfterMs > 0 ? `${answer} retry after ${retryAfterMs}` : answer;
    }
    case 'heartbeat':
      return `heartbeat term ${message.term} round ${message.round} heir ${message.heir ?? 'none'}`;
    case 'heartbeatResponse':
      return `heartbeatResponse term ${message.term} round ${message.round}`;
    case 'timeoutNow':
      return `timeoutNow term ${message.term}`;
    default:
      return message satisfies never;
  }
}
