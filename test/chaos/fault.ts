/** A member's id, or whoever leads at the instant when the fault begins. */
export type Target = string;

/** What is hit when nobody in particular is: the leader of the moment, or any member while there is none. */
export const LEADER: Target = 'leader';

/** Which lines a fault of the network is on. */
export type Place =
  /** Every line of one member: to the servers, or to and from its peers. */
  | { readonly kind: 'member'; readonly member: Target }
  /** Every line of one nats-server: to its clients, and to the other servers. */
  | { readonly kind: 'server'; readonly server: string }
  /** The lines between two nats-servers, or between two members that are peers. */
  | { readonly kind: 'pair'; readonly one: string; readonly other: string };

/** Which way the fault goes, seen from the member, or from the first of a pair. */
export type Direction = 'out' | 'in' | 'both';

export type Action =
  /** SIGKILL; started again at the end. */
  | { readonly kind: 'kill'; readonly member: Target }
  /** SIGTERM, which the member takes for `close()`; started again at the end. */
  | { readonly kind: 'terminate'; readonly member: Target }
  /** SIGSTOP, and SIGCONT at the end. */
  | { readonly kind: 'pause'; readonly member: Target }
  /** The disk with the log of {@link Cast.diskMember} is full. */
  | { readonly kind: 'diskFull' }
  /** The wall clock of {@link Cast.clockMember} jumps by so much, and back at the end. */
  | { readonly kind: 'clockStep'; readonly offsetS: number }
  | { readonly kind: 'serverKill'; readonly server: string }
  | { readonly kind: 'serverFreeze'; readonly server: string }
  /** SIGTERM and at once started again. */
  | { readonly kind: 'serverRestart'; readonly server: string }
  /** Lines break, and none comes up until the end. */
  | { readonly kind: 'cut'; readonly place: Place }
  /** Lines stay up and bytes wait until the end, as they do while packets are lost. One way, or both. */
  | { readonly kind: 'silence'; readonly place: Place; readonly direction: Direction }
  | { readonly kind: 'delay'; readonly place: Place; readonly direction: Direction; readonly delayMs: number }
  | {
      readonly kind: 'throttle';
      readonly place: Place;
      readonly direction: Direction;
      readonly bytesPerSecond: number;
    };

/** One thing that goes wrong, from `startMs` after the first leader was there, for `durationMs`. */
export interface Fault {
  readonly startMs: number;
  readonly durationMs: number;
  readonly action: Action;
}

export type Transport = 'nats' | 'http';

/** Who plays. */
export interface Cast {
  readonly transport: Transport;
  readonly members: readonly string[];
  /** Empty over HTTP. */
  readonly servers: readonly string[];
  /** Whose log is on a disk that fills up. One alone: no quorum's disks may go at once. */
  readonly diskMember: string;
  /** Whose wall clock jumps. */
  readonly clockMember: string;
}

/** A fault in a few words, for people. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'kill':
      return `SIGKILL of ${action.member}`;
    case 'terminate':
      return `SIGTERM to ${action.member}`;
    case 'pause':
      return `SIGSTOP of ${action.member}`;
    case 'diskFull':
      return 'disk full';
    case 'clockStep':
      return `wall clock ${action.offsetS > 0 ? '+' : ''}${action.offsetS} s`;
    case 'serverKill':
      return `SIGKILL of ${action.server}`;
    case 'serverFreeze':
      return `SIGSTOP of ${action.server}`;
    case 'serverRestart':
      return `restart of ${action.server}`;
    case 'cut':
      return `cut of ${describePlace(action.place)}`;
    case 'silence':
      return `silence ${action.direction} of ${describePlace(action.place)}`;
    case 'delay':
      return `delay ${action.direction} of ${describePlace(action.place)} by ${action.delayMs} ms`;
    case 'throttle':
      return `throttle ${action.direction} of ${describePlace(action.place)} to ${action.bytesPerSecond} bytes/s`;
  }
}

function describePlace(place: Place): string {
  if (place.kind === 'pair') return `${place.one}-${place.other}`;
  return place.kind === 'member' ? place.member : place.server;
}
