/** A driver that tells of every message that leaves and comes, and when. */
export class TracingDriver {
  #driver;
  #tell;

  constructor(driver, tell) {
    this.#driver = driver;
    this.#tell = tell;
  }

  init(context, signal) {
    const receive = (message) => {
      this.#tell({ what: 'hears', message: inShort(message), from: senderOf(message) });
      context.receive(message);
    };
    return this.#driver.init({ ...context, receive }, signal);
  }

  broadcast(message) {
    this.#tell({ what: 'says', message: inShort(message) });
    this.#driver.broadcast(message);
  }

  send(to, message) {
    this.#tell({ what: 'says', message: inShort(message), to });
    this.#driver.send(to, message);
  }

  rehearse(message) {
    this.#driver.rehearse(message);
  }

  close() {
    return this.#driver.close();
  }
}

/** A log that tells when a write begins and ends. */
export class TracingLog {
  #log;
  #tell;

  constructor(log, tell) {
    this.#log = log;
    this.#tell = tell;
  }

  open() {
    return this.#log.open();
  }

  async save(state) {
    this.#tell({ what: 'begins to write', message: `term ${state.term}, vote ${state.votedFor ?? 'none'}` });
    await this.#log.save(state);
    this.#tell({ what: 'has written', message: `term ${state.term}, vote ${state.votedFor ?? 'none'}` });
  }

  close() {
    return this.#log.close();
  }
}

function inShort(message) {
  switch (message.kind) {
    case 'heartbeat':
      return `heartbeat, term ${message.term}, round ${message.round}`;
    case 'heartbeatResponse':
      return `answer to round ${message.round} of term ${message.term}`;
    case 'preVoteRequest':
      return `asks for pre-votes in term ${message.term}`;
    case 'voteRequest':
      return `asks for votes in term ${message.term}`;
    case 'voteResponse':
      return `${message.granted ? 'grants' : 'refuses'} ${message.preVote ? 'pre-vote' : 'vote'} in term ${message.term}`;
    default:
      return `${message.kind}, term ${message.term}`;
  }
}

function senderOf(message) {
  return message.leader ?? message.candidate ?? message.voter;
}
