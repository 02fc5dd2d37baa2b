import type { Effect } from '../../src/core/effects.js';
import type { Message } from '../../src/core/messages.js';
import type { VoterStep } from './story.js';

/** What happens to a voter. */
export function stepInWords(step: VoterStep): string {
  const write = step.write === 'done' ? '' : ' (the write fails)';
  switch (step.kind) {
    case 'wake':
      return `wakes up${write}`;
    case 'restart':
      return `crashes and restarts${write}`;
    case 'transfer':
      return `hands over to ${step.to}${write}`;
    case 'message':
      return `hears ${step.from}: ${messageInWords(step.message)}${write}`;
    default:
      return never(step.kind);
  }
}

/** What an elector owes. */
export function effectInWords(effect: Effect): string {
  switch (effect.kind) {
    case 'stateChange':
      return `${effect.from} -> ${effect.to} in term ${effect.term} (${effect.reason})`;
    case 'persist':
      return `writes term ${effect.term}, vote ${effect.votedFor ?? 'for nobody'}`;
    case 'broadcast':
      return `to all: ${messageInWords(effect.message)}`;
    case 'send':
      return `to ${effect.to}: ${messageInWords(effect.message)}`;
    case 'report':
      return `reports ${effect.code}`;
    case 'leaderChange':
      return `follows ${effect.leader ?? 'nobody'} in term ${effect.term}`;
    default:
      return never(effect);
  }
}

function messageInWords(message: Message | undefined): string {
  if (message === undefined) return 'nothing';
  switch (message.kind) {
    case 'voteResponse': {
      const what = `${message.preVote ? 'preVote ' : ''}${message.granted ? 'grant' : 'refusal'}`;
      const hint = message.retryAfterMs > 0 ? `, ask again in ${message.retryAfterMs}` : '';
      const promise = message.standsBy ? ', stands by' : '';
      return `${what} (term ${message.term}, round ${message.round}${hint}${promise})`;
    }
    case 'timeoutNow':
      return `timeoutNow (term ${message.term})`;
    case 'voteRequest': {
      const transfer = `${message.leadershipTransfer ? ', transfer' : ''}${message.standBy ? ', stand by' : ''}`;
      return `voteRequest (term ${message.term}, round ${message.round}${transfer})`;
    }
    default:
      return `${message.kind} (term ${message.term}, round ${message.round})`;
  }
}

function never(value: never): never {
  throw new Error(`not told in words: ${JSON.stringify(value)}`);
}
