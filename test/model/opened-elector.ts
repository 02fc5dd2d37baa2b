import type { Elector } from '../../src/core/elector.js';

/**
 * An elector whose private fields can be read: the model runs a copy of the compiled core in which `#name` is spelled
 * `$name` (see scripts/model/compile.mjs) and nothing else differs. So the whole of an elector's state is seen, also
 * the fields that will be added tomorrow, and the core carries no code for it.
 */
export interface OpenedElector {
  $round: number;
  $isLed: boolean;
  $reason: unknown;
  readonly $deadlines: { next(): number };
  readonly candidacy: { readonly request: { round: number }; $hints: number } | undefined;
  readonly leadership: { heir: unknown; readonly rounds: { readonly newest: number } } | undefined;
}

const FIELDS = ['$round', '$isLed', '$reason', '$deadlines', 'candidacy', 'leadership'];

/** @throws Error when the core is the sealed one, or its fields have got other names. */
export function opened(elector: object): OpenedElector {
  if (!isOpened(elector)) throw new Error(`the core is sealed, or has other fields than ${FIELDS.join(', ')}`);
  return elector;
}

function isOpened(elector: object): elector is OpenedElector {
  return FIELDS.every((field) => field in elector);
}

export type MakeElector = (start: ConstructorParameters<typeof Elector>[0]) => Elector;
