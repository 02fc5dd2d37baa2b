import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { onTestFinished } from 'vitest';
import type { TraceEvents, TraceMessage } from '../../src/node/trace-events.js';

/** Something that was published, with the end of its channel's name. */
export type Published = {
  [Name in keyof TraceEvents]: { readonly channel: Name } & TraceMessage<Name>;
}[keyof TraceEvents];

const NAMES = [
  'graft-election:state-change',
  'graft-election:leader-change',
  'graft-election:election',
  'graft-election:vote',
  'graft-election:lease',
  'graft-election:heartbeat',
  'graft-election:persist',
  'graft-election:error',
] as const satisfies readonly (keyof TraceEvents)[];

/** Subscribes to every channel until the test has finished. @returns what is published, in order. */
export function published(): readonly Published[] {
  const all: Published[] = [];
  for (const channel of NAMES) {
    const onMessage = (message: unknown): void => void all.push({ channel, ...(message as object) } as Published);
    subscribe(channel, onMessage);
    onTestFinished(() => void unsubscribe(channel, onMessage));
  }
  return all;
}

/** What was published on one channel. */
export function on<Name extends keyof TraceEvents>(
  name: Name,
  all: readonly Published[],
): readonly Extract<Published, { readonly channel: Name }>[] {
  return all.filter((each): each is Extract<Published, { readonly channel: Name }> => each.channel === name);
}
