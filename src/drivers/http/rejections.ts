/** Everything for which a request is turned away, and the status that says so. */
export const REJECTION_STATUS = {
  /** The node has not started, or has closed. */
  notServing: 503,
  /** Neither secret nor tls, and the request is not from this machine. */
  notLoopback: 403,
  /**
   * Another site's web page orders the node to step down; or, with neither secret nor tls, any page that a user of this
   * machine has open asks for anything.
   */
  webPage: 403,
  wrongSecret: 401,
  noCertificate: 401,
  unknownRoute: 404,
  wrongMethod: 405,
  /** For another cluster or another node. */
  misdirected: 421,
  /** In the name of a node that there is none of, or that the sender is not. */
  forgedId: 403,
  stepDownOff: 403,
  notLeader: 409,
  noHeir: 409,
  /** It was given up, and nobody was heard to take it. */
  noSuccessor: 504,
  failed: 500,
  unknownType: 415,
  bodyTooLarge: 413,
  slowBody: 408,
  /** The sender hung up in the middle. */
  cutBody: 400,
  /** Something in front of the handler has read the body. */
  bodyTaken: 500,
  /** One sender has too many requests open. */
  tooManyAtOnce: 429,
  malformed: 400,
  /** The own server: no request came together in time. */
  slowRequest: 408,
  headersTooLarge: 431,
  notHttp: 400,
} as const;

export type RequestRejection = keyof typeof REJECTION_STATUS;

/** A failed TLS handshake, for want of a certificate of ours for one, has nobody to answer to. */
export type Rejection = RequestRejection | 'badHandshake';

/** How often each has happened; the set of reasons is fixed, so it cannot grow. */
export class RejectionCounts {
  readonly #counts = new Map<Rejection, number>();

  count(rejection: Rejection): void {
    this.#counts.set(rejection, (this.#counts.get(rejection) ?? 0) + 1);
  }

  get all(): Readonly<Partial<Record<Rejection, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
