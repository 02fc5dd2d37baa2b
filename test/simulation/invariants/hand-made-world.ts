import type { Message } from '../../../src/core/messages.js';
import { parseTimings } from '../../../src/core/options.js';
import type { State } from '../../../src/core/roles.js';
import type { Invariant, MemberView, WorldEvent, WorldView } from '../../../src/testing/simulation/invariant.js';
import type { Plan } from '../../../src/testing/simulation/plan.js';
import {
  heartbeat,
  heartbeatResponse,
  preVoteGrant,
  preVoteRequest,
  timeoutNow,
  voteGrant,
  voteRequest,
} from '../../core/electors.js';

export const VOTERS = ['n0', 'n1', 'n2'] as const;

/** Three voters, nothing wrong, unless `changes` say otherwise. */
export function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    seed: 1,
    cluster: { name: 'hand-made', voters: VOTERS },
    machines: VOTERS.map((id) => ({ id, observer: false, priority: 1, rate: 1, position: 0, logTerm: 0 })),
    timings: parseTimings({}),
    preVote: true,
    network: { delayMs: [1, 1], loss: 0, repeat: 0, reorder: false },
    disk: { stepMs: 0, failure: 0 },
    drainMs: undefined,
    comparesPositions: false,
    harm: 'none',
    schedule: [],
    quietAtMs: Number.POSITIVE_INFINITY,
    ...changes,
  };
}

interface Member extends MemberView {
  condition: MemberView['condition'];
  state: State;
  term: number;
  leader: string | undefined;
  leads: boolean;
}

/** A world that a test makes up, event by event, before the eyes of one invariant. */
export class HandMadeWorld implements WorldView {
  readonly plan: Plan;
  readonly members = new Map<string, Member>();
  nowMs = 0;
  quietSinceMs = Number.POSITIVE_INFINITY;
  inFlight = 0;
  pendingTimers = 0;
  serviceTimers = 0;
  /** What the invariant said first. */
  breach: string | undefined;
  readonly #invariant: Invariant;

  constructor(plan: Plan, invariant: Invariant) {
    this.plan = plan;
    this.#invariant = invariant;
    for (const { id, observer } of plan.machines) {
      const member = { id, observer, life: 1, disk: 1, condition: 'running', state: 'FOLLOWER', term: 0 } as const;
      this.members.set(id, { ...member, leader: undefined, leads: false, isLeader: () => this.member(id).leads });
    }
  }

  member(id: string): Member {
    const member = this.members.get(id);
    if (member === undefined) throw new Error(`there is no ${id}`);
    return member;
  }

  at(ms: number): this {
    this.nowMs = ms;
    return this;
  }

  /** The event happens, as the world would tell it. */
  tells(event: WorldEvent): this {
    if (this.#invariant.hears.includes(event.kind)) this.breach ??= this.#invariant.observe(event, this);
    return this;
  }

  steps(): this {
    return this.tells({ kind: 'step' });
  }

  happens(kind: 'started' | 'crashed' | 'closed' | 'stopped' | 'resumed' | 'diskReplaced', by: string): this {
    return this.tells({ kind, by });
  }

  /** The member looks otherwise from now on. */
  shows(id: string, look: Partial<Omit<Member, 'id' | 'isLeader'>>): this {
    Object.assign(this.member(id), look);
    return this.steps();
  }

  writes(by: string, term: number, votedFor?: string): this {
    return this.tells({ kind: 'durable', by, state: { term, votedFor, nodeId: undefined, isNew: false } });
  }

  /** What `by` reads when it starts, and nobody had been told of. */
  finds(by: string, term: number): this {
    const state = { term, votedFor: undefined, nodeId: undefined, isNew: false };
    return this.tells({ kind: 'durable', by, state, found: true });
  }

  sends(from: string, to: string, message: Message): this {
    return this.tells({ kind: 'sent', from, to, message });
  }

  carries(from: string, to: string, message: Message): this {
    return this.sends(from, to, message).tells({ kind: 'delivered', from, to, message });
  }

  changes(
    by: string,
    change: { readonly from?: State; readonly to: State; readonly term: number; reason?: string },
  ): this {
    const { from = 'FOLLOWER', to, term, reason = 'won' } = change;
    return this.tells({ kind: 'stateChange', by, from, to, term, reason });
  }

  /** It shows LEADER, and holds a lease by its own account. */
  gains(id: string, term: number): this {
    Object.assign(this.member(id), { leads: true, state: 'LEADER', term, leader: id });
    return this.changes(id, { from: 'CANDIDATE', to: 'LEADER', term }).steps();
  }

  /** `now` is its term from now on. */
  loses(id: string, term: number, { reason = 'leaseExpired', now = term } = {}): this {
    Object.assign(this.member(id), { leads: false, state: 'FOLLOWER', term: now, leader: undefined });
    return this.changes(id, { from: 'LEADER', to: 'FOLLOWER', term, reason }).steps();
  }

  // ---------------------------------------------------------------- what nodes say

  asksForVote(candidate: string, to: string, term: number, { transfer = false } = {}): this {
    return this.carries(candidate, to, voteRequest({ candidate, term, transfer }));
  }

  votes(voter: string, candidate: string, term: number): this {
    return this.carries(voter, candidate, voteGrant({ voter, term }));
  }

  asksForPreVote(candidate: string, to: string, term: number, { round = 7 } = {}): this {
    return this.carries(candidate, to, preVoteRequest({ candidate, term, round }));
  }

  preVotes(voter: string, candidate: string, term: number, { round = 7 } = {}): this {
    return this.carries(voter, candidate, preVoteGrant({ voter, term, round }));
  }

  beats(leader: string, to: string, term: number, round: number): this {
    return this.carries(leader, to, heartbeat({ leader, term, round }));
  }

  answers(voter: string, leader: string, term: number, round: number): this {
    return this.carries(voter, leader, heartbeatResponse({ voter, term, round }));
  }

  timesOut(leader: string, heir: string, term: number): this {
    return this.carries(leader, heir, timeoutNow({ leader, term }));
  }
}

/** A world that breaks an invariant, and one that comes close and does not. */
export interface HandMadeCase {
  /** The invariant's name. */
  readonly invariant: string;
  /** What goes wrong in the bad world. */
  readonly harm: string;
  readonly plan?: Partial<Plan>;
  readonly bad: (world: HandMadeWorld) => void;
  /** The bad world's failure. */
  readonly says: RegExp;
  readonly good: (world: HandMadeWorld) => void;
}
