import type { Clock } from '../../node/clock.js';
import type { Plan } from './plan.js';
import type { ServiceFactory } from './service.js';

/** What runs in the worlds that are drawn: nothing, or work under `lead()` that takes its time to end (rule 9). */
export function plannedService({ drainMs }: Plan): ServiceFactory {
  if (drainMs === undefined) return () => ({});
  return ({ clock }) => ({
    run: (node) =>
      node.lead(async ({ signal }) => {
        await aborted(signal);
        await passed(clock, drainMs);
      }),
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function passed(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(ms, resolve));
}
