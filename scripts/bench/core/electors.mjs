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
  /** The one whose event was LEADER last. */
  leader;
  #electors = [];
  // Written over and over: what is measured is not the queue.
  #receivers = [];
  #sent = [];
  #queued = 0;

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
    return this.#called(id).elector;
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
    const from = this.leader;
    this.#take(this.#called(from), { kind: 'transfer', to: undefined, nowMs: this.nowMs, wallMs: this.nowMs });
    this.#deliver();
    this.stepUntil(() => this.leader !== undefined && this.leader !== from);
  }

  /** The leader's heartbeat, and the answers. */
  beat() {
    const leader = this.#called(this.leader);
    this.nowMs = leader.nextDeadlineMs;
    this.#take(leader, { kind: 'deadline', nowMs: this.nowMs, wallMs: this.nowMs });
    this.#deliver();
  }

  #take(each, input) {
    const { effects, nextDeadlineMs } = each.elector.handle(input);
    each.nextDeadlineMs = nextDeadlineMs;
    for (let index = 0; index < effects.length; index++) {
      const effect = effects[index];
      switch (effect.kind) {
        case 'broadcast':
          for (const other of each.others) this.#enqueue(other, effect.message);
          break;
        case 'send':
          for (const other of each.others) if (other.id === effect.to) this.#enqueue(other, effect.message);
          break;
        case 'stateChange':
          if (effect.to === 'LEADER') this.leader = each.id;
          else if (effect.from === 'LEADER') this.leader = undefined;
          break;
        default:
      }
    }
  }

  #called(id) {
    return this.#electors.find((each) => each.id === id);
  }

  #enqueue(to, message) {
    this.#receivers[this.#queued] = to;
    this.#sent[this.#queued] = message;
    this.#queued += 1;
  }

  #deliver() {
    const { nowMs } = this;
    // One for all: what is measured is not what it costs to say that a message came.
    const input = { kind: 'message', message: undefined, grantVote: true, nowMs, wallMs: nowMs };
    for (let index = 0; index < this.#queued; index++) {
      this.messages += 1;
      input.message = this.#sent[index];
      this.#take(this.#receivers[index], input);
    }
    this.#queued = 0;
  }
}
