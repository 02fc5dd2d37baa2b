import { GraftError } from '../../core/errors.js';
import type { Message, MessageKind, Term } from '../../core/messages.js';
import { describe, type NodeId } from '../../core/names.js';
import { MAX_PAYLOAD_BYTES } from '../wire/codec.js';
import { readId, readInteger, readPriority, readTerm, refuse } from '../wire/fields.js';

/** The longest JSON body that is read, in bytes: the longest protobuf body, with its position in base64. */
export const MAX_JSON_BYTES = 98_304;

/**
 * `message` for people: `node_id` is the node that speaks, `leader_id` the leader that speaks, and what holds its default
 * is written all the same, so that whoever looks at the wire sees all there is.
 */
export function encodeJson(message: Message): string {
  return JSON.stringify(toFields(message));
}

function toFields(message: Message): Record<string, unknown> {
  const { term } = message;
  switch (message.kind) {
    case 'voteRequest':
    case 'preVoteRequest':
      return {
        term,
        node_id: message.candidate,
        position: message.position && Buffer.from(message.position).toString('base64'),
        ...(message.kind === 'voteRequest' && {
          leadership_transfer: message.leadershipTransfer,
          stand_by: message.standBy,
        }),
        round: message.round,
        incarnation: message.incarnation,
      };
    case 'voteResponse':
      return {
        term,
        node_id: message.voter,
        granted: message.granted,
        stands_by: message.standsBy,
        pre_vote: message.preVote,
        round: message.round,
        incarnation: message.incarnation,
        retry_after_ms: message.retryAfterMs,
      };
    case 'heartbeat':
      return {
        term,
        leader_id: message.leader,
        heir_id: message.heir,
        round: message.round,
        incarnation: message.incarnation,
      };
    case 'heartbeatResponse':
      return {
        term,
        node_id: message.voter,
        round: message.round,
        incarnation: message.incarnation,
        priority: message.priority,
      };
    case 'timeoutNow':
      return { term, leader_id: message.leader };
  }
}

/**
 * The message in `text`, which came by the route of `kind`. A field that is absent holds its default, and fields that
 * this version does not know are skipped, as in protobuf.
 * @throws GraftError `MALFORMED_MESSAGE`, and nothing else, by the rules of the protobuf codec.
 */
export function decodeJson(kind: MessageKind, text: string): Message {
  const fields = new Fields(kind, parse(kind, text));
  switch (kind) {
    case 'voteRequest':
      return {
        kind,
        term: fields.term(),
        candidate: fields.id('node_id'),
        position: fields.position(),
        leadershipTransfer: fields.flag('leadership_transfer'),
        standBy: fields.flag('stand_by'),
        incarnation: fields.integer('incarnation'),
        round: fields.integer('round'),
      };
    case 'preVoteRequest':
      return {
        kind,
        term: fields.term(),
        candidate: fields.id('node_id'),
        position: fields.position(),
        leadershipTransfer: undefined,
        standBy: undefined,
        incarnation: fields.integer('incarnation'),
        round: fields.integer('round'),
      };
    case 'voteResponse': {
      const granted = fields.flag('granted');
      return {
        kind,
        preVote: fields.flag('pre_vote'),
        // A new node refuses in term 0; nobody grants in it.
        term: granted ? fields.term() : fields.integer('term'),
        granted,
        standsBy: fields.flag('stands_by'),
        voter: fields.id('node_id'),
        incarnation: fields.integer('incarnation'),
        round: fields.integer('round'),
        retryAfterMs: fields.integer('retry_after_ms'),
      };
    }
    case 'heartbeat':
      return {
        kind,
        term: fields.term(),
        leader: fields.id('leader_id'),
        round: fields.integer('round'),
        heir: fields.optionalId('heir_id'),
        incarnation: fields.integer('incarnation'),
      };
    case 'heartbeatResponse':
      return {
        kind,
        term: fields.integer('term'),
        voter: fields.id('node_id'),
        round: fields.integer('round'),
        incarnation: fields.integer('incarnation'),
        priority: readPriority(kind, fields.integer('priority')),
      };
    case 'timeoutNow':
      return {
        kind,
        term: fields.term(),
        leader: fields.id('leader_id'),
        round: undefined,
        heir: undefined,
        incarnation: undefined,
      };
  }
}

function parse(kind: MessageKind, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GraftError('MALFORMED_MESSAGE', `malformed ${kind}: its body is not JSON`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  return refuse(kind, 'the body', value, 'a JSON object');
}

/** One body's fields, each read as what it must be. */
class Fields {
  readonly #kind: MessageKind;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(kind: MessageKind, object: object) {
    this.#kind = kind;
    // A map, so that no field is found in Object.prototype.
    this.#values = new Map(Object.entries(object));
  }

  term(): Term {
    return readTerm(this.#kind, this.integer('term'));
  }

  /** A safe integer from 0. JSON's reader rounds greater ones, so an unsafe one may stand for another: none is taken. */
  integer(name: string): number {
    const value = this.#values.get(name) ?? 0;
    const isNatural = typeof value === 'number' && value >= 0 && !Object.is(value, -0);
    if (!isNatural) return refuse(this.#kind, name, Object.is(value, -0) ? '-0' : value, 'a safe integer from 0');
    return readInteger(this.#kind, name, value);
  }

  flag(name: string): boolean {
    const value = this.#values.get(name) ?? false;
    return typeof value === 'boolean' ? value : refuse(this.#kind, name, value, 'true or false');
  }

  id(name: string): NodeId {
    const value = this.#values.get(name);
    return typeof value === 'string' ? readId(this.#kind, name, value) : refuse(this.#kind, name, value, 'an id');
  }

  optionalId(name: string): NodeId | undefined {
    const value = this.#values.get(name) ?? undefined;
    return value === undefined || value === '' ? undefined : this.id(name);
  }

  /** Base64. Empty is absent, as in protobuf. */
  position(): Uint8Array | undefined {
    const value = this.#values.get('position') ?? '';
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
      return refuse(this.#kind, 'position', typeof value === 'string' ? describe(value) : value, 'base64');
    }
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length > MAX_PAYLOAD_BYTES) {
      return refuse(this.#kind, 'position length', bytes.length, `${MAX_PAYLOAD_BYTES} bytes at most`);
    }
    return bytes.length === 0 ? undefined : new Uint8Array(bytes);
  }
}
