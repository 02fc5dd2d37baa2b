import type { ClusterChange } from '../client/changes.js';
import type { Terminal } from './terminal.js';

/** A change in words. */
export function changeText(change: ClusterChange, terminal: Pick<Terminal, 'paint'>): string {
  switch (change.kind) {
    case 'leader':
      if (change.to === undefined) return terminal.paint('red', 'nobody leads');
      return terminal.paint('green', `${change.to} leads term ${change.term}`);
    case 'state':
      return `${change.id}: ${change.from} -> ${change.to} in term ${change.term}`;
    case 'appeared':
      return `${change.id} answers`;
    case 'silent':
      return terminal.paint('red', `${change.id} does not answer`);
    case 'restarted':
      return `${change.id} was started anew`;
    case 'trouble':
      return terminal.paint('yellow', `! ${change.text}`);
    case 'troubleOver':
      return `no longer: ${change.text}`;
  }
}
