import { elapsed } from '../../time-text.js';
import type { Snapshot } from '../page-protocol.js';

/** Read aloud at every change of its words: so none of them is a time that goes on. */
export function headlineOf({ leader, nodes, obstacle }: Snapshot): string {
  if (obstacle !== null) return 'Out of sight';
  if (leader !== null) return `${leader} leads`;
  return nodes.length === 0 ? 'Nobody answers' : 'Nobody leads';
}

/** For how long already, in a part of what stands below the headline. */
export function sinceNobodyLeads({ obstacle, reigns, atMs }: Snapshot): readonly string[] {
  const last = reigns.at(-1);
  if (obstacle !== null || last?.kind !== 'nobody' || atMs - last.sinceMs < 1_000) return [];
  return [`nobody leads for ${elapsed(atMs - last.sinceMs)}`];
}
