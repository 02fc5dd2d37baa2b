/** What a driver promises beyond `RpcDriver`, on a healthy network and at the suite's pace. Each is false by default. */
export interface DriverCapabilities {
  /** What is sent arrives: nothing is lost, of 2,000 messages sent in one go either. */
  readonly reliable: boolean;
  /** Messages of one node arrive at another in the order in which they were sent. */
  readonly ordered: boolean;
  /** No message arrives twice. */
  readonly unrepeated: boolean;
  /** Two live processes may have one id, and each hears what is sent to it (rule 4 needs it to detect them). */
  readonly sharedIds: boolean;
  /** Speaks plain graft (rule 15). A driver that does not must reject `init` in interop mode. */
  readonly interop: boolean;
  /** The network under test has an `injectGarbage`. */
  readonly injectable: boolean;
}

/** A driver that promises nothing beyond the contract. */
export const NO_CAPABILITIES: DriverCapabilities = {
  reliable: false,
  ordered: false,
  unrepeated: false,
  sharedIds: false,
  interop: false,
  injectable: false,
};
