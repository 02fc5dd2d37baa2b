import { UsageError } from '../failure.js';

/** What `--allow-host` says. @throws UsageError for what no browser ever calls a host: it would be allowed in vain. */
export function parseAllowedNames(names: readonly string[]): readonly string[] {
  const wrong = names.find((name) => !/^[\w.-]+$/.test(name));
  if (wrong === undefined) return names;
  throw new UsageError(
    `--allow-host has ${JSON.stringify(wrong)}: give names, without scheme and port, and commas between`,
  );
}
