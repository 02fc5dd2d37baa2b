// Messages are of four shapes, as messages.ts says: more, and V8 looks up every property of a heartbeat by its name.
import { expect, test } from 'vitest';
import type { Message, MessageKind } from '../../src/core/messages.js';
import { decodeJson, encodeJson } from '../../src/drivers/http/json-body.js';
import { decodeFrame, decodeMessage, encodeFrame, encodeMessage } from '../../src/drivers/wire/codec.js';
import { Rehearsal } from '../../src/node/rehearsal.js';

const SAME: readonly (readonly MessageKind[])[] = [
  ['voteRequest', 'preVoteRequest'],
  ['voteResponse'],
  ['heartbeat', 'timeoutNow'],
  ['heartbeatResponse'],
];

test.each<[whence: string, make: (message: Message) => Message]>([
  ['the core', (message) => message],
  ['a channel of its kind', (message) => decodeMessage(message.kind, encodeMessage(message))],
  ['a frame', (message) => decodeFrame(encodeFrame(message))],
  ['JSON', (message) => decodeJson(message.kind, encodeJson(message))],
])('the messages of %s', async (_whence, make) => {
  const kinds = new Map<string, Set<MessageKind>>();
  const note = (message: Message): void => {
    const shape = Object.keys(make(message)).join();
    kinds.set(shape, (kinds.get(shape) ?? new Set()).add(message.kind));
  };
  expect(await new Rehearsal(note).play(async () => true)).toBe(true);
  expect(new Set(kinds.values())).toEqual(new Set(SAME.map((same) => new Set(same))));
});
