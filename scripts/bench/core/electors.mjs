/** A seeded generator, mulberry32: the same run each time. */
export function seededRng(seed) {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/**
 * Electors in one process, each message handed on at once and every write done at once: what the core alone costs.
 * Time is a number that the caller moves.
 */
export class Electors {
  nowMs = 1_000;
  messages = 0;
  #electors = [];
  /** The one whose event was LEADER last. */
  #leader;
  // What is owed and by whom, written over and over: what is measured is not the queue.
  #senders = [];
  #owed = [];
  #queued = 0;
  /** That a heartbeat is due: one for all, since what is measured is not what it costs to say so. */
  #deadline = { kind: 'deadline', nowMs: this.nowMs, wallMs: this.nowMs };

  constructor({ Elector, settle }, { voters, seed }) {
    const rng = seededRng(seed);
    for (const [index, id] of voters.entries()) {
      const settings = settle(id, { cluster: { name: 'bench', voters } });
      const recovered = { term: 0, votedFor: undefined, isNew: false };
      const elector = new Elector({ settings, rng, incarnation: index + 1, recovered });
      this.#electors.push({ id, elector, others: [], nextDeadlineMs: Number.POSITIVE_INFINITY });
    }
    for (const each of this.#electors) each.others = this.#electors.filter((other) => other !== each);
    for (const each of this.#electors) this.#take(each, { kind: 'start', nowMs: this.nowMs, wallMs: this.nowMs });
    this.#deliver();
  }

  of(id) {
    return this.#electors.find((each) => each.id === id).elector;
  }

  /** Who leads, by the newest event. */
  get leader() {
    return this.#leader?.id;
  }

  get nextDeadlineMs() {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { nextDeadlineMs } of this.#electors) nextMs = Math.min(nextMs, nextDeadlineMs);
    return nextMs;
  }

  /** Moves time to the next deadline of any, and lets everything happen that follows from it. */
  step() {
    this.nowMs = this.nextDeadlineMs;
    for (const each of this.#electors) {
      if (each.nextDeadlineMs <= this.nowMs)
        this.#take(each, { kind: 'deadline', nowMs: this.nowMs, wallMs: this.nowMs });
    }
    this.#deliver();
  }

  stepUntil(condition) {
    while (!condition()) this.step();
  }

  /** One planned handover, from TimeoutNow to the successor's lease. */
  transfer() {
    const from = this.#leader;
    this.#take(from, { kind: 'transfer', to: undefined, nowMs: this.nowMs, wallMs: this.nowMs });
    this.#deliver();
    this.stepUntil(() => this.#leader !== undefined && this.#leader !== from);
  }

  /** The leader's heartbeat, and the answers. */
  beat() {
    const leader = this.#leader;
    this.nowMs = leader.nextDeadlineMs;
    this.#deadline.nowMs = this.nowMs;
    this.#deadline.wallMs = this.nowMs;
    this.#take(leader, this.#deadline);
    this.#deliver();
  }

  #take(each, input) {
    const { effects, nextDeadlineMs } = each.elector.handle(input);
    each.nextDeadlineMs = nextDeadlineMs;
    if (effects.length === 0) return;
    this.#senders[this.#queued] = each;
    this.#owed[this.#queued] = effects;
    this.#queued += 1;
  }

  #deliver() {
    const { nowMs } = this;
    // One for all: what is measured is not what it costs to say that a message came.
    const input = { kind: 'message', message: undefined, grantVote: true, nowMs, wallMs: nowMs };
    for (let done = 0; done < this.#queued; done++) {
      const effects = this.#owed[done];
      for (let index = 0; index < effects.length; index++) this.#perform(this.#senders[done], effects[index], input);
    }
    this.#queued = 0;
  }

  #perform(each, effect, input) {
    switch (effect.kind) {
      case 'broadcast':
      case 'send':
        this.#carry(each, effect, input);
        return;
      case 'stateChange':
        if (effect.to === 'LEADER') this.#leader = each;
        else if (effect.from === 'LEADER') this.#leader = undefined;
        return;
      default:
    }
  }

  #carry({ others }, { to, message }, input) {
    for (let index = 0; index < others.length; index++) {
      const other = others[index];
      if (to !== undefined && to !== other.id) continue;
      this.messages += 1;
      input.message = message;
      this.#take(other, input);
    }
  }
}
