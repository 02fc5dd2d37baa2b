import { narrate } from './narrator.mjs';
import { nowMs } from './now.mjs';

/** How long a leader must stay undisturbed for it to be said that it did: beyond every election timeout. */
const UNDISTURBED_MS = 1200;
/** How long a leader leads at least before it is troubled: until an heir is named and all have heard of it (rule 10). */
const SETTLED_MS = 300;
/** On a terminal, time to read. */
const READING_MS = 1500;

/** Tells the cluster's life from its first election on. Rejects as soon as anything does not go as it says. */
export async function tellStory({ cluster, view, screen }) {
  view.onReport((report) => {
    narrate(report, screen);
    const { kind, id, how, wanted, code, message } = report;
    if (kind === 'ended' && !wanted) view.fail(new Error(`${id} ended, and nobody ended it (${how})`));
    if (kind === 'refused') view.fail(new Error(`${id} could not do its part: ${code} ${message}`));
  });
  await cluster.open();
  for (const line of cluster.introduction) screen.line(line);
  screen.line('Times are seconds since the demo began, on one clock for all members.');
  screen.showLive(() => `  ${view.describe()}`);

  const teller = new Teller({ cluster, view, screen });
  const times = [
    await teller.firstElection(),
    await teller.leaderIsLost(),
    await teller.leaderHandsOver(),
    await teller.leaderStandsStill(),
    await teller.networkIsLost(),
  ];
  screen.showLive(() => undefined);
  summarize({ times, view, screen });
}

class Teller {
  #cluster;
  #view;
  #screen;
  #chapters = 0;

  constructor({ cluster, view, screen }) {
    this.#cluster = cluster;
    this.#view = view;
    this.#screen = screen;
  }

  async firstElection() {
    await this.#chapter('Three members start, with new logs: nobody votes for the first 1000 ms (rule 7)');
    const startedAtMs = nowMs();
    for (const id of this.#cluster.members) this.#cluster.start(id);
    const elected = await this.#elected(startedAtMs);
    return this.#result('first election', `${elected.leader} leads term ${elected.term}`, elected.tookMs);
  }

  async leaderIsLost() {
    const { words } = this.#cluster;
    const { id: lost } = await this.#settledLeader();
    await this.#chapter('The leader is lost');
    const election = this.#nextElected({ otherThan: lost });
    const atMs = this.#cluster.cutOff(lost);
    this.#act(atMs, words.cutOff(lost));
    const elected = await this.#elected(atMs, election);
    const result = this.#result('failover', `${elected.leader} leads term ${elected.term}`, elected.tookMs);
    await this.#backAndUndisturbed(lost);
    return result;
  }

  async leaderHandsOver() {
    const { words } = this.#cluster;
    const { id: retired } = await this.#settledLeader();
    await this.#chapter('The leader ends in order, and hands over');
    const resigned = this.#view.next(`${retired} gives up its lease`, isLossOf(retired));
    const ended = this.#view.next(`${retired} ends`, ({ kind, id }) => kind === 'ended' && id === retired);
    const election = this.#nextElected({ otherThan: retired });
    const atMs = this.#cluster.retire(retired);
    this.#act(atMs, words.retire(retired));
    const elected = await this.#elected(atMs, election);
    const gapMs = elected.atMs - (await resigned).atMs;
    const { how } = await ended;
    if (how !== 'exit code 0' && how !== 'closed') throw new Error(`${retired} ended with ${how} after its handover`);
    const text = `${elected.leader} leads term ${elected.term}; nobody led for ${gapMs.toFixed(1)} ms of it`;
    const result = this.#result('handover', text, elected.tookMs);
    await this.#backAndUndisturbed(retired);
    return result;
  }

  async leaderStandsStill() {
    const { words } = this.#cluster;
    const { id: paused } = await this.#settledLeader();
    await this.#chapter('The leader stands still for longer than its lease, and does not know');
    const election = this.#nextElected({ otherThan: paused });
    const atMs = this.#cluster.pause(paused);
    this.#act(atMs, words.pause(paused));
    const elected = await this.#elected(atMs, election);
    const result = this.#result('pause', `${elected.leader} leads term ${elected.term}`, elected.tookMs);

    const resumedAtMs = nowMs();
    const firstWord = this.#view.next(
      `${paused} speaks again`,
      (report) => report.id === paused && report.state !== undefined && report.atMs >= resumedAtMs,
    );
    this.#cluster.resume(paused);
    this.#act(resumedAtMs, words.resume(paused));
    const { isLeader } = await firstWord;
    if (isLeader) throw new Error(`${paused} woke up and said that it leads`);
    await this.#view.until(`all follow ${elected.leader}`, () => this.#everybodyFollows(elected.leader));
    this.#say(`${paused} woke up, and its first word was that it does not lead; it follows ${elected.leader}.`);
    return result;
  }

  async networkIsLost() {
    const { words } = this.#cluster;
    const { id: leader, term } = await this.#settledLeader();
    await this.#chapter('Nobody reaches anybody');
    const resigned = this.#view.next(`${leader} loses its lease`, isLossOf(leader));
    const brokenAtMs = await this.#cluster.breakNetwork();
    this.#act(brokenAtMs, words.breakNetwork);
    const lapsedAfterMs = (await resigned).atMs - brokenAtMs;
    this.#say(`${leader} stopped leading ${lapsedAfterMs.toFixed(0)} ms later, by itself: its lease was not renewed.`);
    await this.#view.lasts('nobody leads without a quorum', () => !this.#view.up.some(leads), 500);

    const election = this.#nextElected({ after: term });
    const atMs = await this.#cluster.mendNetwork();
    this.#act(atMs, words.mendNetwork);
    const elected = await this.#elected(atMs, election);
    return this.#result('network back', `${elected.leader} leads term ${elected.term}`, elected.tookMs);
  }

  // ---------------------------------------------------------------- steps

  /** A member comes back: it follows, and the leader does not change. */
  async #backAndUndisturbed(id) {
    const { words } = this.#cluster;
    const before = await this.#settledLeader();
    this.#act(nowMs(), words.bringBack(id));
    this.#cluster.bringBack(id);
    await this.#view.until(`${id} follows ${before.id}`, () => this.#everybodyFollows(before.id));
    await this.#view.lasts(
      `${before.id} leads term ${before.term} undisturbed`,
      () => this.#view.agreedLeader?.id === before.id && this.#view.agreedLeader.term === before.term,
      UNDISTURBED_MS,
    );
    this.#say(`${id} is back and follows: ${before.id} led on in term ${before.term}, undisturbed.`);
  }

  #nextElected({ otherThan, after = 0 } = {}) {
    return this.#view.next(
      'a leader is elected',
      ({ kind, id, change, isLeader }) =>
        kind === 'change' && change.to === 'LEADER' && isLeader && id !== otherThan && change.term > after,
    );
  }

  /** Waits for the election and until everybody who takes part agrees. */
  async #elected(sinceMs, election = this.#nextElected()) {
    const { id: leader, term, atMs } = await election;
    await this.#view.until(
      `all follow ${leader} in term ${term}`,
      () => this.#everybodyFollows(leader) && this.#view.agreedLeader.term === term,
    );
    return { leader, term, atMs, tookMs: atMs - sinceMs };
  }

  #everybodyFollows(leader) {
    return this.#view.agreedLeader?.id === leader && this.#view.up.length >= 2 && !this.#isAnyoneOnTheWay();
  }

  #isAnyoneOnTheWay() {
    return this.#cluster.members.some((id) => {
      const { standing, latest } = this.#view.member(id);
      return standing === 'starting' || (standing === 'up' && latest === undefined);
    });
  }

  async #settledLeader() {
    const leader = await this.#view.until('somebody leads and has named an heir', () => {
      const { agreedLeader } = this.#view;
      return agreedLeader && this.#view.member(agreedLeader.id).latest.heir !== undefined ? agreedLeader : undefined;
    });
    await this.#view.lasts(`${leader.id} leads`, () => this.#view.agreedLeader?.id === leader.id, SETTLED_MS);
    return leader;
  }

  // ---------------------------------------------------------------- words

  async #chapter(title) {
    if (this.#screen.isTerminal && this.#chapters > 0) await this.#view.lasts('a pause', () => true, READING_MS);
    this.#chapters += 1;
    this.#screen.line();
    this.#screen.line(this.#screen.style('bold', `${this.#chapters}. ${title}`));
  }

  #act(atMs, text) {
    this.#screen.event(atMs, this.#screen.style('red', `*  ${text}`));
  }

  #say(text) {
    this.#screen.line(`     =>   ${text}`);
  }

  #result(name, text, tookMs) {
    this.#say(
      `${this.#screen.style('bold', `${tookMs.toFixed(0)} ms`)}: ${text}. ${this.#screen.style('green', 'ok')}`,
    );
    this.#say(this.#view.describe());
    return { name, text, tookMs };
  }
}

function summarize({ times, view, screen }) {
  const { answers, reigns } = view.referee;
  screen.line();
  screen.line(screen.style('bold', 'Summary'));
  for (const { name, text, tookMs } of times) {
    screen.line(`  ${name.padEnd(15)}${tookMs.toFixed(0).padStart(6)} ms   ${text}`);
  }
  screen.line(
    `  ${reigns} leaders, one after the other: in ${answers} answers of isLeader(), never two at one instant.`,
  );
  screen.line(screen.style('green', 'Everything happened as shown.'));
}

function isLossOf(member) {
  return ({ kind, id, change }) => kind === 'change' && id === member && change.from === 'LEADER';
}

function leads({ latest }) {
  return latest.isLeader;
}
