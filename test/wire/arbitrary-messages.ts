import fc from 'fast-check';
import type { Message, MessageKind } from '../../src/core/messages.js';
import type { NodeId } from '../../src/core/names.js';

export const MESSAGE_KINDS = [
  'voteRequest',
  'preVoteRequest',
  'voteResponse',
  'heartbeat',
  'heartbeatResponse',
  'timeoutNow',
] as const satisfies readonly MessageKind[];

const integer = fc.oneof(fc.maxSafeNat(), fc.nat({ max: 300 }), fc.constant(Number.MAX_SAFE_INTEGER), fc.constant(0));
const term = integer.map((value) => Math.max(1, value));
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/).map((text) => text as NodeId);
const optionalId = fc.option(id, { nil: undefined });
/** What a message has for the sake of its shape. */
const none = fc.constant(undefined);
const position = fc.option(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
  { nil: undefined },
);

/** Plain objects only: those that fast-check makes without a prototype are not strictly equal to what a decoder makes. */
function record<Fields>(model: { readonly [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }): fc.Arbitrary<Fields> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<Fields>;
}

/** A property each: fast-check then shrinks every field of a counterexample on its own. */
export const arbitraryMessages = {
  voteRequest: record({
    kind: fc.constant('voteRequest' as const),
    term,
    candidate: id,
    position,
    leadershipTransfer: fc.boolean(),
    standBy: fc.boolean(),
    incarnation: integer,
    round: integer,
  }),
  preVoteRequest: record({
    kind: fc.constant('preVoteRequest' as const),
    term,
    candidate: id,
    position,
    leadershipTransfer: none,
    standBy: none,
    incarnation: integer,
    round: integer,
  }),
  voteResponse: fc.oneof(
    record({
      kind: fc.constant('voteResponse' as const),
      preVote: fc.boolean(),
      term,
      granted: fc.boolean(),
      standsBy: fc.boolean(),
      voter: id,
      incarnation: integer,
      round: integer,
      retryAfterMs: fc.nat({ max: 2 ** 32 - 1 }),
    }),
    // A new node's refusal, and plain graft's anonymous answer (rule 15).
    record({
      kind: fc.constant('voteResponse' as const),
      preVote: fc.constant(false),
      term: integer,
      granted: fc.constant(false),
      standsBy: fc.boolean(),
      voter: optionalId,
      incarnation: integer,
      round: fc.constant(0),
      retryAfterMs: fc.nat({ max: 2 ** 32 - 1 }),
    }),
  ),
  heartbeat: record({
    kind: fc.constant('heartbeat' as const),
    term,
    leader: id,
    round: integer,
    heir: optionalId,
    incarnation: integer,
  }),
  heartbeatResponse: record({
    kind: fc.constant('heartbeatResponse' as const),
    term: integer,
    voter: id,
    round: integer,
    incarnation: integer,
    priority: fc.nat({ max: 255 }),
  }),
  timeoutNow: record({
    kind: fc.constant('timeoutNow' as const),
    term,
    leader: id,
    round: none,
    heir: none,
    incarnation: none,
  }),
} satisfies Record<MessageKind, fc.Arbitrary<Message>>;
