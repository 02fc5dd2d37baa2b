import type { Elector } from '../../src/core/elector.js';
import { passTime } from './instants.js';
import type { IsShared } from './object-graph.js';
import { opened } from './opened-elector.js';

export interface Rest {
  readonly leaseMs: number;
  readonly isShared: IsShared;
  /** Heartbeats name the heir, so who it is makes a difference. */
  readonly heirs: boolean;
}

/**
 * Takes away what makes no difference to what comes: see docs/model-checking.md, "What is one state". Time is 0 from
 * now on, a candidate asks in round 1, and what is only ever shown to people is gone.
 */
export function putToRest(machine: { readonly elector: Elector }, { leaseMs, isShared, heirs }: Rest): void {
  const view = opened(machine.elector);
  const { candidacy, leadership } = view;
  if (candidacy !== undefined) {
    if (candidacy.request.round !== view.$round) throw new Error('a candidacy asks in the newest round');
    candidacy.request.round = 1;
    candidacy.$hints = 0;
  }
  view.$round = 1;
  view.$isLed = false;
  for (const key of Object.keys(view)) if (SHOWN_REASON.test(key)) Object.assign(view, { [key]: undefined });
  if (leadership !== undefined && !heirs) leadership.heir = undefined;
  passTime(machine, 0, leaseMs, isShared);
}

/** Why a state was shown has no say in what comes next. */
const SHOWN_REASON = /^\$(?:reason|\w+Reason)$/;
