import { seededRandom } from '../support/seeded-random.js';
import { type Action, type Cast, type Direction, type Fault, LEADER, type Place, type Transport } from './fault.js';

/** How often something goes wrong, on average. Faults last longer than that: they overlap. */
const FAULT_EVERY_MS = 800;

/** At the default timings (rule 8): the short pauses are shorter, the long ones longer. */
const LEASE_MS = 452;

/** One kind of fault, drawn: how long, and what. `undefined` where nobody is left to hit. */
type Draw = (dice: Dice, cast: Cast) => { readonly durationMs: number; readonly action: Action } | undefined;

const MEMBERS = ['a', 'b', 'c', 'd', 'e'];
const SERVERS = ['s1', 's2', 's3'];

/** Who plays: five members, and over NATS three servers. The seed says whose disk fills up, and whose clock jumps. */
export function drawCast({ transport, seed }: { readonly transport: Transport; readonly seed: number }): Cast {
  const [diskMember = '', clockMember = ''] = new Dice(seed).shuffled(MEMBERS);
  return { transport, members: MEMBERS, servers: transport === 'nats' ? SERVERS : [], diskMember, clockMember };
}

/** The faults of a run: the same for the same seed, cast and length. Sorted by their start; all end within the length. */
export function drawSchedule(cast: Cast, { seed, lengthMs }: { seed: number; lengthMs: number }): readonly Fault[] {
  const dice = new Dice(seed);
  const count = Math.floor(lengthMs / FAULT_EVERY_MS);
  const faults: Fault[] = [];
  let deck: Draw[] = [];
  for (let index = 0; index < count; index++) {
    // Dealt like cards: every kind comes up in every round, so that no run is without it.
    if (deck.length === 0) deck = dice.shuffled(KINDS[cast.transport]);
    const drawn = deck.pop()?.(dice, cast);
    if (drawn === undefined) continue;
    const startMs = Math.round(((index + dice.between(0, 1)) / count) * lengthMs);
    const durationMs = Math.round(Math.min(drawn.durationMs, lengthMs - startMs));
    const fault = { startMs, durationMs, action: drawn.action };
    if (!faults.some((other) => areExclusive(other, fault))) faults.push(fault);
  }
  return faults.sort((one, other) => one.startMs - other.startMs);
}

/** Faults that cannot both be: two of one disk, of one wall clock, of one nats-server's process. */
function areExclusive(one: Fault, other: Fault): boolean {
  if (one.startMs > other.startMs + other.durationMs || other.startMs > one.startMs + one.durationMs) return false;
  if ('server' in one.action && 'server' in other.action) return one.action.server === other.action.server;
  return one.action.kind === other.action.kind && ['diskFull', 'clockStep'].includes(one.action.kind);
}

const kill: Draw = (dice, cast) => ({
  durationMs: dice.between(0, 2500),
  action: { kind: 'kill', member: dice.member(cast) },
});
const terminate: Draw = (dice, cast) => ({
  durationMs: dice.between(0, 1500),
  action: { kind: 'terminate', member: dice.member(cast) },
});
const shortPause: Draw = (dice, cast) => ({
  durationMs: dice.between(50, LEASE_MS - 50),
  action: { kind: 'pause', member: dice.member(cast) },
});
const longPause: Draw = (dice, cast) => ({
  durationMs: dice.between(LEASE_MS + 50, 4000),
  action: { kind: 'pause', member: dice.member(cast) },
});
const diskFull: Draw = (dice) => ({ durationMs: dice.between(1500, 5000), action: { kind: 'diskFull' } });
const clockStep: Draw = (dice) => ({
  durationMs: dice.between(2000, 6000),
  action: { kind: 'clockStep', offsetS: dice.oneOf([-3600, -60, -2, -0.3, 0.3, 2, 60, 3600]) },
});
const serverKill: Draw = (dice, { servers }) => ({
  durationMs: dice.between(200, 4000),
  action: { kind: 'serverKill', server: dice.oneOf(servers) },
});
const serverFreeze: Draw = (dice, { servers }) => ({
  durationMs: dice.between(200, 5000),
  action: { kind: 'serverFreeze', server: dice.oneOf(servers) },
});
const serverRestart: Draw = (dice, { servers }) => ({
  durationMs: 0,
  action: { kind: 'serverRestart', server: dice.oneOf(servers) },
});

type DrawPlace = (dice: Dice, cast: Cast) => Place;

const ofMember: DrawPlace = (dice, cast) => ({ kind: 'member', member: dice.member(cast) });
const ofServer: DrawPlace = (dice, { servers }) => ({ kind: 'server', server: dice.oneOf(servers) });
const ofRoute: DrawPlace = (dice, { servers }) => dice.pair(servers);
const ofPeers: DrawPlace = (dice, { members }) => dice.pair(members);

const cut =
  (place: DrawPlace): Draw =>
  (dice, cast) => ({ durationMs: dice.between(100, 4000), action: { kind: 'cut', place: place(dice, cast) } });
const silence =
  (place: DrawPlace): Draw =>
  (dice, cast) => ({
    durationMs: dice.between(300, 5000),
    action: { kind: 'silence', place: place(dice, cast), direction: dice.direction() },
  });
const delay =
  (place: DrawPlace): Draw =>
  (dice, cast) => ({
    durationMs: dice.between(500, 5000),
    action: {
      kind: 'delay',
      place: place(dice, cast),
      direction: dice.direction(),
      delayMs: Math.round(dice.between(20, 900)),
    },
  });
const throttle =
  (place: DrawPlace): Draw =>
  (dice, cast) => ({
    durationMs: dice.between(1000, 5000),
    action: {
      kind: 'throttle',
      place: place(dice, cast),
      direction: dice.direction(),
      bytesPerSecond: Math.round(dice.between(300, 5000)),
    },
  });

const ANYWHERE: readonly Draw[] = [
  ...[kill, kill, terminate, shortPause, longPause, longPause, diskFull, clockStep],
  ...[cut(ofMember), silence(ofMember), silence(ofMember), delay(ofMember), throttle(ofMember)],
];

const KINDS: Readonly<Record<Transport, readonly Draw[]>> = {
  nats: [
    ...ANYWHERE,
    ...[serverKill, serverFreeze, serverRestart, cut(ofServer)],
    ...[cut(ofRoute), silence(ofRoute), delay(ofRoute), throttle(ofRoute)],
  ],
  http: [...ANYWHERE, cut(ofPeers), cut(ofPeers), silence(ofPeers), delay(ofPeers)],
};

/** All that is drawn at random, in terms of what is drawn. */
class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }

  oneOf<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new Error('there is nothing to draw from');
    return item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, place: this.#random() }))
      .sort((one, other) => one.place - other.place)
      .map(({ item }) => item);
  }

  /** Every second time the leader: what happens to a follower mostly changes nothing. */
  member({ members }: Cast): string {
    return this.#random() < 0.5 ? LEADER : this.oneOf(members);
  }

  pair(ids: readonly string[]): Place {
    const [one, other] = this.shuffled(ids);
    if (one === undefined || other === undefined) throw new Error('a pair takes two');
    return { kind: 'pair', one, other };
  }

  direction(): Direction {
    return this.oneOf(['out', 'in', 'both']);
  }
}
