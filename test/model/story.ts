import type { Message } from '../../src/core/messages.js';
import type { Cluster, Step } from './cluster.js';
import type { Harm, Violation } from './explorer.js';
import { MESSAGE, RESTART, TICK, TRANSFER, WAKE, type Write } from './machines.js';

/** What happened, in order, in words that do not depend on how the model numbers things: a run to tell and to replay. */
export interface Story {
  readonly configuration: string;
  /** The deliberate bug that the electors have. */
  readonly bug?: string;
  readonly steps: readonly StoryStep[];
  /** `broken`: the last step breaks an invariant. `stuck`: no leader can come after it. */
  readonly harm: Harm;
  /** What is broken, in words. */
  readonly violation: string;
}

export type StoryStep = TickStep | VoterStep;

export interface TickStep {
  readonly kind: 'tick';
}

export interface VoterStep {
  readonly kind: 'wake' | 'restart' | 'transfer' | 'message';
  readonly voter: string;
  /** To whom leadership is handed. */
  readonly to?: string;
  /** The message that arrives. A candidate's round is 1 for the one that it is in and 0 for any before. */
  readonly message?: Message;
  readonly from?: string;
  readonly draws: readonly number[];
  readonly write: Write;
}

/** The run that the cluster takes by these steps, its prelude first. */
export function tell(cluster: Cluster, { steps, harm, text }: Violation): Story {
  const told: StoryStep[] = [];
  let state = cluster.start();
  const go = (step: Step) => {
    told.push(tellStep(cluster, state, step));
    state = cluster.stateAfter(state, step);
  };
  for (const { step } of cluster.prelude()) go(step);
  for (const step of steps) go(step);
  return { configuration: cluster.configuration.name, steps: told, harm, violation: text };
}

function tellStep({ machines, network }: Cluster, state: Uint32Array, { voter, input, outcome }: Step): StoryStep {
  if (input === TICK) return { kind: 'tick' };
  const taken = machines.steps(state[voter] ?? 0, input)[outcome];
  const name = machines.ids[voter];
  if (taken === undefined || name === undefined) throw new RangeError('a step that cannot be taken');
  const { draws, write } = taken;
  const rest = { voter: name, draws, write };
  if (input === WAKE) return { kind: 'wake', ...rest };
  if (input === RESTART) return { kind: 'restart', ...rest };
  if (input < MESSAGE) return { kind: 'transfer', to: machines.ids[input - TRANSFER] ?? '', ...rest };
  const { from, message } = network.flightAt(input - MESSAGE);
  return { kind: 'message', message, from: machines.ids[from] ?? '', ...rest };
}
