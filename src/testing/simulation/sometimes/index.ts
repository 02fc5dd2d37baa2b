import { Burst } from './burst.js';
import { CandidacyRunsOut } from './candidacy-runs-out.js';
import { CandidateFollows } from './candidate-follows.js';
import { CrashBeforeTheVoteWasSeen } from './crash-before-the-vote-was-seen.js';
import { CrowdSeen } from './crowd-seen.js';
import { ElectionByHeir } from './election-by-heir.js';
import { ElectionByTransfer } from './election-by-transfer.js';
import { HeirPassedOver } from './heir-passed-over.js';
import { LateWord } from './late-word.js';
import { LeaderDeposed } from './leader-deposed.js';
import { LeaseEndedByWallTime } from './lease-ended-by-wall-time.js';
import { LeaseEndedWhileStopped } from './lease-ended-while-stopped.js';
import { LeaseExpired } from './lease-expired.js';
import { LostTransfer } from './lost-transfer.js';
import { NobodyTakesOver } from './nobody-takes-over.js';
import { RefusalByPosition } from './refusal-by-position.js';
import { RefusalForALeader } from './refusal-for-a-leader.js';
import { RefusalOfANewLog } from './refusal-of-a-new-log.js';
import { RefusedPreVote } from './refused-pre-vote.js';
import type { Sometimes } from './sometimes.js';
import { SplitVote } from './split-vote.js';
import { StaleLeaderTold } from './stale-leader-told.js';
import { VoteKeptOverARestart } from './vote-kept-over-a-restart.js';
import { VoteWithoutLease } from './vote-without-lease.js';
import { WriteFailed } from './write-failed.js';
import { WriteFailureEndsACandidacy } from './write-failure-ends-a-candidacy.js';

/** What has to happen sometimes, each new, for one world. */
export function allSometimes(): readonly Sometimes[] {
  return [
    new ElectionByHeir(),
    new ElectionByTransfer(),
    new LostTransfer(),
    new HeirPassedOver(),
    new NobodyTakesOver(),
    new SplitVote(),
    new CandidacyRunsOut(),
    new CandidateFollows(),
    new RefusedPreVote(),
    new RefusalForALeader(),
    new RefusalByPosition(),
    new RefusalOfANewLog(),
    new LeaseExpired(),
    new LeaseEndedWhileStopped(),
    new LeaseEndedByWallTime(),
    new LeaderDeposed(),
    new StaleLeaderTold(),
    new VoteWithoutLease(),
    new WriteFailed(),
    new WriteFailureEndsACandidacy(),
    new CrashBeforeTheVoteWasSeen(),
    new VoteKeptOverARestart(),
    new Burst(),
    new LateWord(),
    new CrowdSeen(),
  ];
}
