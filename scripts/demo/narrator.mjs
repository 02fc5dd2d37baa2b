const STATE_STYLES = { LEADER: 'green', CANDIDATE: 'yellow', PRE_CANDIDATE: 'yellow', FOLLOWER: 'cyan', CLOSED: 'dim' };

const REASONS = {
  won: 'won',
  electionTimeout: 'heard no leader for the election timeout',
  asked: 'was asked to campaign',
  lostElection: 'the votes went elsewhere',
  heardLeader: 'heard the leader',
  newerTerm: 'heard of a newer term',
  votedForOther: 'voted for another',
  leaseExpired: 'the lease ran out: no quorum answered',
  steppedDown: 'handed over',
};

/** Puts reports into words, one line for each that tells something. */
export function narrate(report, screen) {
  const text = wordsFor(report, screen);
  if (text !== undefined) screen.event(report.atMs, `${screen.style('bold', report.id)}  ${text}`);
}

function wordsFor(report, screen) {
  switch (report.kind) {
    case 'started':
      return `started, pid ${report.pid}, term ${report.term}, vote ${report.vote ?? 'none'}`;
    case 'change':
      return changeInWords(report, screen);
    case 'leaderChange':
      // Who campaigns or closes knows of none: its change of state says so.
      if (report.leader === undefined && report.state !== 'FOLLOWER') return undefined;
      if (report.leader === undefined) return screen.style('dim', `knows no leader in term ${report.term}`);
      return report.leader === report.id ? undefined : `follows ${report.leader} in term ${report.term}`;
    case 'error':
      return screen.style('yellow', `${report.code}: ${report.message}`);
    case 'refused':
      return screen.style('yellow', `refused: ${report.code ?? ''} ${report.message}`);
    case 'stderr':
      return screen.style('yellow', `stderr: ${report.message}`);
    case 'ended':
      return report.wanted
        ? `ended (${report.how})`
        : screen.style('red', `ENDED, and nobody ended it (${report.how})`);
    default:
      return undefined;
  }
}

function changeInWords({ change: { from, to, term, reason }, leaseLeftMs, isLeader }, screen) {
  const states = `${from} -> ${screen.style(STATE_STYLES[to], to)}`;
  const lease = isLeader ? `, lease ${Math.round(leaseLeftMs)} ms` : '';
  return `${states}  term ${term}${lease}${to === 'CLOSED' ? '' : `, ${REASONS[reason] ?? reason}`}`;
}
