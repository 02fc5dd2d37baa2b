import { parseNodeId } from '../../src/core/names.js';
import { type Settings, settle } from '../../src/core/options.js';
import type { Configuration } from './configuration.js';

/** The settings of every voter, called a, b, c and so on. */
export function settingsOf({ voters, timings, preVote, priorities }: Configuration): readonly Settings[] {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, voters);
  return names.map((name, voter) =>
    settle(parseNodeId(name), {
      cluster: { name: 'model', voters: names },
      timings,
      preVote: preVote ?? true,
      priority: priorities?.[voter] ?? 1,
    }),
  );
}
