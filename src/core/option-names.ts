import { GraftError } from './errors.js';

/** Every option of `Options`, by name: the compiler sees to it that none is missing, and none is there too many. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** Options of one kind. */
export interface OptionGroup {
  /** How its options are written: `timings.`, or nothing for those of the outermost object. */
  readonly prefix: string;
  readonly names: Readonly<Record<string, true>>;
}

/**
 * What nobody reads would be ignored without a word, and a default go by in its place. As everywhere, what is given as
 * undefined is not given.
 * @param elsewhere where a name that is not known here may have been meant to be.
 * @throws GraftError `INVALID_OPTION`, with the name and what is likely to be meant.
 */
export function checkNames(
  given: object,
  { prefix, names }: OptionGroup,
  elsewhere: readonly OptionGroup[] = [],
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(names, name)) continue;
    const meant = elsewhere.find((group) => Object.hasOwn(group.names, name));
    const advice =
      meant === undefined ? `there are ${Object.keys(names).join(', ')}` : `did you mean ${meant.prefix}${name}?`;
    throw new GraftError('INVALID_OPTION', `${prefix}${name} is no option that there is: ${advice}`);
  }
}
