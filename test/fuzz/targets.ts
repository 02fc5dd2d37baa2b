import { CANARIES } from './canaries.js';
import { codecTarget } from './codec-target.js';
import { httpTarget } from './http-target.js';
import { logTarget } from './log-target.js';
import { subjectsTarget } from './subjects-target.js';
import type { Target } from './target.js';

/** Everything that takes bytes from strangers. */
export const TARGETS: readonly Target[] = [codecTarget, logTarget, httpTarget, subjectsTarget];

/** The target, or the canary, called `name`. */
export function targetNamed(name: string): Target {
  const found = [...TARGETS, ...CANARIES].find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no target ${name}: choose from ${TARGETS.map((target) => target.name).join(', ')}`);
}
