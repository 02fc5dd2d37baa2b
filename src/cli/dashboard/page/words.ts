import type { Member } from './members.js';

/** What a member does, for people. */
export function roleText({ role, isHeir, node }: Member): string {
  switch (role) {
    case 'leader':
      return 'leads';
    case 'follower':
      if (isHeir) return 'follows, heir';
      return node?.priority === 0 ? 'witness' : 'follows';
    case 'candidate':
      return node?.state === 'PRE_CANDIDATE' ? 'asks around' : 'campaigns';
    case 'observer':
      return 'observes';
    case 'closed':
      return 'closed';
    case 'missing':
      return 'no answer';
  }
}

/** What reaches a member from the leader, where that is not as it should be. */
export function linkText({ link, node }: Member, leader: string | null): string {
  if (link !== 'silent' || node === undefined || leader === null) return '';
  return node.leader === null || node.leader === leader ? `does not hear ${leader}` : `hears ${node.leader}`;
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
