import { parseArgs } from 'node:util';
import type { Transport } from './fault.js';

export const HELP = `npm run chaos                            five minutes over NATS, with a seed of its own
npm run chaos -- --transport http        without a broker: the members are each other's peers

--minutes N       0.4 to 60, default 5
--seed N          the faults: what, on whom, when. A whole number from 0 to 4294967295
--out DIR         where report.json, timeline.svg and the histories go; default .cache/chaos/<transport>-<seed>
--trust-events    the twin: members believe their last event and ask no clock, and the register has no guard.
                  It must fail

Exit codes: 0 all held; 1 something happened that must never; 2 it could not run; 3 wrong use;
4 nobody led though all was well again; 5 a process ended by itself; 130 or 143 it was broken off.`;

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly transport: Transport;
  readonly out: string | undefined;
  readonly trustsEvents: boolean;
}

/** @throws Error with what is wrong. @returns undefined when help is asked for. */
export function parseOptions(args: readonly string[], drawSeed: () => number): ChaosOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string' },
      transport: { type: 'string', default: 'nats' },
      out: { type: 'string' },
      'trust-events': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { transport } = values;
  if (transport !== 'nats' && transport !== 'http') throw new Error(`--transport is ${transport}: give nats or http`);
  return {
    minutes: number('--minutes', values.minutes, { least: 0.4, most: 60 }),
    seed: values.seed === undefined ? drawSeed() : wholeNumber('--seed', values.seed),
    transport,
    out: values.out,
    trustsEvents: values['trust-events'],
  };
}

function number(
  name: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new Error(`${name} is ${text}: give a number from ${least} to ${most}`);
}

function wholeNumber(name: string, text: string): number {
  const value = number(name, text, { least: 0, most: 2 ** 32 - 1 });
  if (Number.isInteger(value)) return value;
  throw new Error(`${name} is ${text}: give a whole number`);
}
