import type { RunRecord } from './record.js';
import type { Verdict } from './verdict.js';
export function timeline(_record: RunRecord, _verdict: Verdict): string {
  return '';
}
