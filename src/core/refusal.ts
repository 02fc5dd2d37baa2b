/** Why a vote, or a pre-vote, is refused. */
export type Refusal =
  /** Another live process has this voter's id, or more voters are alive than the cluster's size (rules 3, 4). */
  | 'inDoubt'
  /** This voter leads, and its lease holds (rule 7). */
  | 'leads'
  /** It stands by a leader that it has heard, or may have promised something before it started (rule 7). */
  | 'promised'
  /** The term that was asked for is over (rule 1). */
  | 'oldTerm'
  /** Its one vote of that term has gone to another candidate (rule 1). */
  | 'votedForOther'
  /** The application refused the candidate's position (rule 13). */
  | 'position';
