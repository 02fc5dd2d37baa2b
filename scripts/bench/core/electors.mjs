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
  #electors = new Map();
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
      this.#electors.set(id, { id, elector, nextDeadlineMs: Number.POSITIVE_INFINITY });
    }
    for (const each of this.#electors.values())
      this.#take(each, { kind: 'start', nowMs: this.nowMs, wallMs: this.nowMs });
    this.#deliver();
  }

  of(id) {
    return this.#electors.get(id).elector;
  }

  get nextDeadlineMs() {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { nextDeadlineMs } of this.#electors.values()) nextMs = Math.min(nextMs, nextDeadlineMs);
    return nextMs;
  }

  /** Moves time to the next deadline of any, and lets everything happen that follows from it. */
  step() {
    this.nowMs = this.nextDeadlineMs;
    for (const each of this.#electors.values()) {
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
    this.#take(this.#electors.get(from), { kind: 'transfer', to: undefined, nowMs: this.nowMs, wallMs: this.nowMs });
    this.#deliver();
    this.stepUntil(() => this.leader !== undefined && this.leader !== from);
  }

  /** The leader's heartbeat, and the answers. */
  beat() {
    const leader = this.#electors.get(this.leader);
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
          for (const other of this.#electors.values()) {
            if (other !== each) this.#enqueue(other, effect.message);
          }
          break;
        case 'send': {
          const to = this.#electors.get(effect.to);
          if (to !== undefined && to !== each) this.#enqueue(to, effect.message);
          break;
        }
        case 'stateChange':
          if (effect.to === 'LEADER') this.leader = each.id;
          else if (effect.from === 'LEADER') this.leader = undefined;
          break;
        default:
      }
    }
  }

  #enqueue(to, message) {
    this.#receivers[this.#queued] = to;
    this.#sent[this.#queued] = message;
    this.#queued += 1;
  }

  #deliver() {
    const { nowMs } = this;
    for (let index = 0; index < this.#queued; index++) {
      this.messages += 1;
      this.#take(this.#receivers[index], {
        kind: 'message',
        message: this.#sent[index],
        grantVote: true,
        nowMs,
        wallMs: nowMs,
      });
    }
    this.#queued = 0;
  }
}
