import { Referee } from './referee.mjs';

/** Waiting for what the machine is too busy for is a failure too, but a busy machine is given time. */
const LIMIT_MS = 20_000;

/** What a report says of whether its member takes part: up, or why not. */
const STANDINGS = {
  starting: 'starting',
  started: 'up',
  paused: 'stopped',
  resumed: 'up',
  cutOff: 'cut off',
  reconnected: 'up',
  ending: 'ending',
  ended: 'down',
};

/** What is known of the cluster from its members' reports, and who waits for something in it. */
export class ClusterView {
  /** What the members said that cannot be true together; the first such thing. */
  violation;
  referee = new Referee();
  #members = new Map();
  #listeners = new Set();
  #waiting = new Set();
  #failure;

  /** Calls `listener` at every report from now on. */
  onReport(listener) {
    this.#listeners.add(listener);
  }

  take(report) {
    const { kind, id } = report;
    const member = this.#members.get(id) ?? { id, standing: 'down', latest: undefined };
    this.#members.set(id, member);
    member.standing = STANDINGS[kind] ?? member.standing;
    if (kind === 'ended' || kind === 'starting') member.latest = undefined;
    if (report.state !== undefined) this.#takeAnswer(member, report);
    for (const listener of this.#listeners) listener(report);
    for (const look of this.#waiting) look();
  }

  /** From now on nobody waits for anything: what happened makes the rest worthless. The first such thing counts. */
  fail(error) {
    this.#failure ??= error;
    for (const look of this.#waiting) look();
  }

  /** One member's `standing`, and the `latest` that it said of itself. */
  member(id) {
    return this.#members.get(id) ?? { id, standing: 'down', latest: undefined };
  }

  /** The members that take part. */
  get up() {
    return [...this.#members.values()].filter(({ standing, latest }) => standing === 'up' && latest !== undefined);
  }

  /** The member that leads and that everyone who takes part follows, as `{ id, term }`; undefined while there is none. */
  get agreedLeader() {
    const { up } = this;
    const leaders = up.filter(({ latest }) => latest.isLeader);
    const [leader] = leaders;
    if (leaders.length !== 1 || leader === undefined) return undefined;
    const { id, term } = leader.latest;
    return up.every(({ latest }) => latest.leader === id && latest.term === term) ? { id, term } : undefined;
  }

  /** Resolves with what `look` finds as soon as that is something; rejects when it does not in time. */
  until(what, look, limitMs = LIMIT_MS) {
    return this.#wait((resolve, reject) => {
      const timer = setTimeout(() => reject(this.#tooLate(what, limitMs)), limitMs);
      return { timer, look: () => look() && resolve(look()) };
    });
  }

  /** Resolves when `ms` have passed; rejects as soon as `holds()` is false. */
  lasts(what, holds, ms) {
    return this.#wait((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      return { timer, look: () => holds() || reject(new Error(`${what}, and that did not last. ${this.describe()}`)) };
    });
  }

  /** Rejects once something has failed, and never resolves. */
  untilFailed() {
    return this.#wait(() => ({ timer: undefined, look: () => undefined }));
  }

  /** The next report that `matches`. */
  next(what, matches, limitMs = LIMIT_MS) {
    let found;
    const listener = (report) => {
      if (found === undefined && matches(report)) found = report;
    };
    this.#listeners.add(listener);
    const waiting = this.until(what, () => found, limitMs).finally(() => this.#listeners.delete(listener));
    waiting.catch(() => undefined);
    return waiting;
  }

  /** All members in one line. */
  describe() {
    return [...this.#members.values()].map(describeMember).join(' | ');
  }

  #takeAnswer(member, report) {
    // Reports of one member come in order, but one that was cut off still speaks: it is heard, and not counted as up.
    member.latest = report;
    const violation = this.referee.take(report);
    if (violation === undefined || this.violation !== undefined) return;
    this.violation = violation;
    this.fail(new Error(`this must never happen: ${violation}`));
  }

  #wait(begin) {
    let end;
    const waiting = new Promise((resolve, reject) => {
      const { timer, look } = begin(resolve, reject);
      const check = () => (this.#failure === undefined ? look() : reject(this.#failure));
      end = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
      this.#waiting.add(check);
      check();
    }).finally(end);
    // Who began to wait early may not have come to it when something else failed first.
    waiting.catch(() => undefined);
    return waiting;
  }

  #tooLate(what, limitMs) {
    return new Error(`${what}: not within ${limitMs} ms. ${this.describe()}`);
  }
}

function describeMember({ id, standing, latest }) {
  if (latest === undefined || standing === 'down' || standing === 'stopped') return `${id} ${standing}`;
  const note = standing === 'up' ? '' : ` (${standing})`;
  if (latest.isLeader) {
    const leaseLeft = Math.round(latest.leaseLeftMs);
    return `${id} LEADS term ${latest.term}, lease left ${leaseLeft} ms, heir ${latest.heir ?? 'not known yet'}${note}`;
  }
  if (latest.leader !== undefined) return `${id} follows ${latest.leader}${note}`;
  return `${id} ${latest.state}, knows no leader${note}`;
}
