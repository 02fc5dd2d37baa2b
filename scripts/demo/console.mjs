import { createInterface } from 'node:readline';
import { narrate } from './narrator.mjs';
import { nowMs } from './now.mjs';

/** Stays and does what a person says, until that person has seen enough. Rejects when the cluster broke a rule. */
export async function runConsole({ cluster, view, screen }) {
  view.onReport((report) => narrate(report, screen));
  await cluster.open();
  for (const line of cluster.introduction) screen.line(line);
  for (const id of cluster.members) cluster.start(id);

  const desk = new Desk({ cluster, view, screen });
  view.onReport((report) => desk.hear(report));
  desk.help();
  const input = createInterface({
    input: process.stdin,
    ...(screen.isTerminal && { output: process.stdout, prompt: '> ' }),
  });
  if (screen.isTerminal) {
    screen.aroundPrinting({
      before: () => process.stdout.write('\r\x1b[2K'),
      after: () => input.prompt(true),
    });
  }
  const left = new Promise((resolve) => input.once('close', resolve));
  input.on('line', async (line) => {
    if (line.trim() === 'q') input.close();
    else await desk.obey(line.trim()).catch((error) => view.fail(error));
    if (screen.isTerminal) input.prompt(true);
  });
  try {
    await Promise.race([left, view.untilFailed()]);
    screen.line('Ended; everything that was started is stopped.');
  } finally {
    screen.aroundPrinting({ before: () => undefined, after: () => undefined });
    input.close();
    // An open pipe would keep this process alive.
    process.stdin.destroy();
  }
}

class Desk {
  #cluster;
  #view;
  #screen;
  #lastAct = { text: 'the start', atMs: nowMs() };

  constructor({ cluster, view, screen }) {
    this.#cluster = cluster;
    this.#view = view;
    this.#screen = screen;
  }

  help() {
    const { words } = this.#cluster;
    const example = '<id>';
    const network = `${words.breakNetwork}; again: ${words.mendNetwork}`;
    for (const [command, meaning] of [
      ['k [id]', words.cutOff(example)],
      ['r <id>', words.bringBack(example)],
      ['s [id]', words.pause(example)],
      ['c <id>', words.resume(example)],
      ['t [id]', `${words.retire(example)}: it hands over if it leads, and ends`],
      ['h [id]', 'the leader hands over, to <id> if one is given, and stays'],
      ['n', network],
      ['l', 'how things are'],
      ['? or q', 'this list, or the end'],
    ]) {
      this.#screen.line(`  ${command.padEnd(8)}${meaning}`);
    }
    this.#screen.line(`Members: ${this.#cluster.members.join(', ')}. Without an id: the leader.`);
  }

  /** Says how long it took from the last command to a leader. */
  hear({ kind, id, atMs, change }) {
    if (kind !== 'change' || change.to !== 'LEADER') return;
    const tookMs = (atMs - this.#lastAct.atMs).toFixed(0);
    this.#screen.event(atMs, `=> ${id} leads term ${change.term}, ${tookMs} ms after "${this.#lastAct.text}"`);
  }

  async obey(line) {
    const [command = '', given] = line.split(/\s+/);
    const leader = this.#view.agreedLeader?.id;
    switch (command) {
      case '':
      case 'l':
        this.#screen.line(this.#view.describe());
        return;
      case 'k':
        this.#to(given ?? leader, ['up', 'stopped', 'ending'], 'cutOff');
        return;
      case 'r':
        this.#to(given, ['down', 'cut off'], 'bringBack');
        return;
      case 's':
        this.#to(given ?? leader, ['up'], 'pause');
        return;
      case 'c':
        this.#to(given, ['stopped'], 'resume');
        return;
      case 't':
        this.#to(given ?? leader, ['up'], 'retire');
        return;
      case 'h':
        this.#handOver(leader, given);
        return;
      case 'n':
        await this.#switchNetwork();
        return;
      default:
        this.#screen.line(command === '?' ? '' : `There is no command ${JSON.stringify(command)}.`);
        this.help();
    }
  }

  #to(id, standings, deed) {
    if (!this.#cluster.members.includes(id)) {
      this.#screen.line(id === undefined ? 'Nobody leads now: name a member.' : `There is no member ${id}.`);
      return;
    }
    const { standing } = this.#view.member(id);
    if (!standings.includes(standing)) {
      this.#screen.line(`${id} is ${standing}: that does not apply.`);
      return;
    }
    this.#act(this.#cluster.words[deed](id));
    this.#cluster[deed](id);
  }

  #handOver(leader, to) {
    if (leader === undefined) {
      this.#screen.line('Nobody leads now.');
      return;
    }
    this.#act(`${leader} is told to hand over${to === undefined ? '' : ` to ${to}`}`);
    this.#cluster.transfer(leader, to);
  }

  async #switchNetwork() {
    const { words } = this.#cluster;
    if (this.#cluster.networkIsUp) {
      this.#act(words.breakNetwork);
      await this.#cluster.breakNetwork();
    } else {
      this.#act(words.mendNetwork);
      await this.#cluster.mendNetwork();
    }
  }

  #act(text) {
    this.#lastAct = { text, atMs: nowMs() };
    this.#screen.event(this.#lastAct.atMs, this.#screen.style('red', `*  ${text}`));
  }
}
