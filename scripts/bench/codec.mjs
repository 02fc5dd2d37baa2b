import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import protobuf from 'protobufjs';
import { staticProtobufjs } from '../static-protobufjs.mjs';
import { median } from './statistics.mjs';

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const MESSAGES = {
  heartbeat: {
    ours: { kind: 'heartbeat', term: 7, leader: 'node-a', round: 1234, heir: 'node-b', incarnation: 2 ** 45 + 1 },
    type: 'Heartbeat',
    plain: { Term: 7, Leader: 'node-a', Round: 1234, Heir: 'node-b', Incarnation: 2 ** 45 + 1 },
  },
  heartbeatResponse: {
    ours: { kind: 'heartbeatResponse', term: 7, voter: 'node-b', round: 1234, incarnation: 2 ** 45 + 1, priority: 1 },
    type: 'HeartbeatResponse',
    plain: { Term: 7, Voter: 'node-b', Round: 1234, Incarnation: 2 ** 45 + 1, Priority: 1 },
  },
  voteRequest: {
    ours: {
      kind: 'voteRequest',
      term: 8,
      candidate: 'node-b',
      position: undefined,
      leadershipTransfer: true,
      standBy: false,
      incarnation: 2 ** 45 + 1,
      round: 99,
    },
    type: 'VoteRequest',
    plain: { Term: 8, Candidate: 'node-b', LeadershipTransfer: true, Incarnation: 2 ** 45 + 1, Round: 99 },
  },
  preVoteRequest: {
    ours: {
      kind: 'preVoteRequest',
      term: 8,
      candidate: 'node-b',
      position: undefined,
      leadershipTransfer: undefined,
      standBy: undefined,
      incarnation: 2 ** 45 + 1,
      round: 99,
    },
    type: 'VoteRequest',
    plain: { Term: 8, Candidate: 'node-b', PreVote: true, Incarnation: 2 ** 45 + 1, Round: 99 },
  },
  voteResponse: {
    ours: {
      kind: 'voteResponse',
      preVote: false,
      term: 8,
      granted: true,
      standsBy: false,
      voter: 'node-c',
      incarnation: 2 ** 45 + 1,
      round: 99,
      retryAfterMs: 0,
    },
    type: 'VoteResponse',
    plain: { Term: 8, Granted: true, Voter: 'node-c', Incarnation: 2 ** 45 + 1, Round: 99 },
  },
  timeoutNow: {
    ours: { kind: 'timeoutNow', term: 7, leader: 'node-a', round: undefined, heir: undefined, incarnation: undefined },
    type: 'TimeoutNow',
    plain: { Term: 7, Leader: 'node-a' },
  },
};
const ROUNDS = 9;

/** Our codec, checks included, beside static protobufjs code, protobufjs by reflection, and JSON. */
export const codec = {
  name: 'codec',
  about: 'encode and decode of each message, every check included; beside it protobufjs (static, reflection) and JSON',
  async run({ library, tiny, progress }) {
    const codecFile = pathToFileURL(join(library.folder, 'drivers/wire/codec.js')).href;
    const { encodeMessage, decodeMessage } = await import(codecFile);
    const graft = await staticProtobufjs();
    const source = readFileSync(join(project, 'proto/graft.proto'), 'utf8');
    const reflected = protobuf.parse(source, { keepCase: true }).root;
    const calls = tiny ? 10 : 50_000;
    const rows = [];
    for (const [kind, { ours, type, plain }] of Object.entries(MESSAGES)) {
      progress(kind);
      const bytes = encodeMessage(ours);
      const [statically, reflectively] = [graft[type], reflected.lookupType(`graft.${type}`)];
      const text = JSON.stringify(ours);
      const acts = {
        encode: () => encodeMessage(ours),
        decode: () => decodeMessage(kind, bytes),
        staticEncode: () => statically.encode(plain).finish(),
        staticDecode: () => statically.decode(bytes),
        reflectionEncode: () => reflectively.encode(plain).finish(),
        reflectionDecode: () => reflectively.decode(bytes),
        jsonEncode: () => Buffer.from(JSON.stringify(ours)),
        jsonDecode: () => JSON.parse(text),
      };
      const costs = inTurn(calls, tiny ? 1 : ROUNDS, acts);
      for (const way of ['encode', 'decode']) {
        const suffix = `${way[0].toUpperCase()}${way.slice(1)}`;
        for (const [name, key] of [
          ['static protobufjs', 'static'],
          ['reflection', 'reflection'],
          ['JSON', 'json'],
        ]) {
          rows.push({
            figure: `${way} ${kind}, beside ${name}`,
            value: costs[way],
            unit: 'ns',
            samples: tiny ? 1 : ROUNDS,
            beside: { name, value: costs[`${key}${suffix}`] },
            ...(key === 'static' && { aim: { atMost: costs[`static${suffix}`] } }),
          });
        }
        const besideBytes = allocatedBy(acts[`static${suffix}`]);
        rows.push({
          figure: `${way} ${kind}: allocated`,
          value: allocatedBy(acts[way]),
          unit: 'bytes',
          aim: { atMost: besideBytes },
          beside: { name: 'static protobufjs', value: besideBytes },
        });
      }
    }
    return { rows, notes: ["Ours includes the turn from and to the core's messages and every check of what came in."] };
  },
};

/** Bytes of heap that one call takes: the median, since a collection may come between. */
function allocatedBy(act) {
  const samples = [];
  for (let round = 0; round < 9; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let call = 0; call < 500; call++) act();
    samples.push((process.memoryUsage().heapUsed - before) / 500);
  }
  return median(samples);
}

/** Median nanoseconds of one call of each, all in turn in every round. */
function inTurn(calls, rounds, acts) {
  const samples = Object.fromEntries(Object.keys(acts).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, act] of Object.entries(acts)) {
      const before = process.hrtime.bigint();
      for (let call = 0; call < calls; call++) act();
      // The first round is the compiler's.
      if (round >= 0) samples[name].push(Number(process.hrtime.bigint() - before) / calls);
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
}
