import type { Action } from './fault.js';

/** Dark enough for white figures, and none of them a fault's. */
const TERMS = ['#3b6ea5', '#4f9d4f', '#8e5a9b', '#b9862f', '#2f9595', '#8a6d5a', '#6468c0'] as const;

export const COLOURS = {
  paper: '#ffffff',
  ink: '#1f2933',
  faint: '#8a94a0',
  grid: '#e3e7eb',
  alive: '#e8ecf0',
  nobody: '#d64545',
  somebody: '#b9dcc0',
  healed: '#f3faf4',
  ended: '#d64545',
} as const;

export function colourOfTerm(term: number): string {
  return TERMS[term % TERMS.length] ?? TERMS[0];
}

/** How faults that last are shown, by kind. Processes that are down are shown by their absence. */
export const BANDS = {
  pause: { colour: '#f08c2e', name: 'stands still (SIGSTOP)' },
  diskFull: { colour: '#7a4b2a', name: 'disk full' },
  clockStep: { colour: '#d2369b', name: 'wall clock off' },
  cut: { colour: '#d64545', name: 'lines cut' },
  silence: { colour: '#7b3fbf', name: 'lines silent, one way or both' },
  delay: { colour: '#2d7dd2', name: 'lines slow' },
  throttle: { colour: '#1aa6a6', name: 'lines narrow' },
} as const;

export type BandKind = keyof typeof BANDS;

/** Which band shows a fault; none where it ends a process. */
export function bandOf({ kind }: Action): BandKind | undefined {
  switch (kind) {
    case 'serverFreeze':
      return 'pause';
    case 'kill':
    case 'terminate':
    case 'serverKill':
    case 'serverRestart':
      return undefined;
    default:
      return kind;
  }
}
