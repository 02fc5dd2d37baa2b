import type { Fault, NetworkPlan, Whom } from './plan.js';

/** A fault in words. `nameOf` says whom it strikes, where that is known by now. */
export function describeFault(fault: Fault, nameOf: (whom: Whom) => string = (whom) => whom): string {
  switch (fault.kind) {
    case 'cut': {
      const arrow = fault.ways === 'both' ? '<->' : '->';
      return `cut ${nameOf(fault.from)} ${arrow} ${nameOf(fault.to)} for ${ms(fault.forMs)}`;
    }
    case 'isolate': {
      const ways = { both: 'from all', in: 'deaf', out: 'dumb' }[fault.ways];
      return `isolate ${nameOf(fault.whom)} (${ways}) for ${ms(fault.forMs)}`;
    }
    case 'split':
      return `split ${fault.groups.map((group) => `{${group.join(' ')}}`).join(' ')} for ${ms(fault.forMs)}`;
    case 'shape':
      return `${fault.shape} around ${nameOf(fault.centre)} for ${ms(fault.forMs)}`;
    case 'freeze':
      return `freeze the network for ${ms(fault.forMs)}`;
    case 'storm':
      return `storm: ${describeNetwork(fault.network)} for ${ms(fault.forMs)}`;
    case 'crash':
      return `${fault.how} ${nameOf(fault.whom)}, start again after ${ms(fault.forMs)}`;
    case 'crashAtWrite':
      return `${fault.how} ${nameOf(fault.whom)} at step ${fault.step} of its next write, start again after ${ms(fault.forMs)}`;
    case 'failWrites':
      return `writes of ${nameOf(fault.whom)} fail at step ${fault.step} for ${ms(fault.forMs)}`;
    case 'hangWrites':
      return `writes of ${nameOf(fault.whom)} hang for ${ms(fault.forMs)}`;
    case 'pause':
    case 'suspend':
      return `${fault.kind} ${nameOf(fault.whom)} for ${ms(fault.forMs)}`;
    case 'wallJump':
      return `wall clock of ${nameOf(fault.whom)} jumps by ${ms(fault.byMs)}`;
    case 'transfer':
      return `transfer from ${nameOf(fault.whom)} to ${fault.to === undefined ? 'the heir' : nameOf(fault.to)}`;
    case 'stepDown':
      return `stepDown of ${nameOf(fault.whom)}`;
    case 'restart':
      return `close ${nameOf(fault.whom)}, start again after ${ms(fault.forMs)}`;
    case 'rollingRestart':
      return `rolling restart (${fault.how}): one every ${ms(fault.everyMs)}, down for ${ms(fault.downMs)}`;
    case 'position':
      return `position of ${nameOf(fault.whom)} is ${fault.to} for ${ms(fault.forMs)}`;
    case 'replaceDisk':
      return `disk of ${nameOf(fault.whom)} replaced by an empty one, start again after ${ms(fault.forMs)}`;
    default:
      return fault satisfies never;
  }
}

export function describeNetwork({ delayMs, loss, repeat, reorder }: NetworkPlan): string {
  const [min, max] = delayMs;
  return `delay ${round(min)} to ${ms(max)}, loss ${round(loss)}, repeat ${round(repeat)}${reorder ? ', reorder' : ''}`;
}

function ms(milliseconds: number): string {
  return `${round(milliseconds)} ms`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
