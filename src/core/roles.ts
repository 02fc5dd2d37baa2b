/** What a node does in its term (diss. 3.4, 9.6). A `leader` may still be waiting for its first lease. */
export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/**
 * What a node shows. `LEADER` means the vote was won *and* the lease holds (rule 8): one that has won and waits for
 * its first lease still shows `CANDIDATE`. `CLOSED` is the last.
 */
export type State = 'FOLLOWER' | 'PRE_CANDIDATE' | 'CANDIDATE' | 'LEADER' | 'CLOSED';

/** Why a state changed. */
export type ChangeReason =
  /** A vote, or a pre-vote, was won; for `LEADER`, the lease with it. */
  | 'won'
  /** No leader was heard for the election timeout (rule 5), or the candidacy lasted as long. */
  | 'electionTimeout'
  /** The user, or the outgoing leader (rule 9), asked for a campaign. */
  | 'asked'
  /** The votes of this term went elsewhere; asking goes on for the next. */
  | 'lostElection'
  /** A leader of this term or a newer one was heard. */
  | 'heardLeader'
  /** A newer term was heard of (diss. 3.3). */
  | 'newerTerm'
  /** This voter gave its vote to another candidate. */
  | 'votedForOther'
  /** No quorum answered in time (rule 8). */
  | 'leaseExpired'
  /** Leadership was handed over, or put down, on purpose (rule 9). */
  | 'steppedDown'
  /** The application cannot do a leader's work: its thread shows no life (rule 10). */
  | 'unfit'
  /** A second leader of the same term was heard (rule 14). */
  | 'secondLeader'
  /** Another live process has this node's id (rule 4). */
  | 'duplicateId'
  /** More voters are alive than the cluster's size (rule 3). */
  | 'tooManyVoters'
  /** Term and vote could not be made durable (DESIGN section 5). */
  | 'persistFailed'
  | 'closed';

/** What a role shows: a leader that is not `leading` yet waits for its first lease. */
export function shownAs(role: Role, leading: boolean): State {
  switch (role) {
    case 'follower':
      return 'FOLLOWER';
    case 'preCandidate':
      return 'PRE_CANDIDATE';
    case 'candidate':
      return 'CANDIDATE';
    case 'leader':
      return leading ? 'LEADER' : 'CANDIDATE';
    default:
      return role satisfies never;
  }
}
