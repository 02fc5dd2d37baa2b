// One run of the benchmark `core`, in a process of its own: node --expose-gc measure.mjs <JSON>. Prints JSON.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Electors } from './electors.mjs';

const { folder, seed, beats, transfers, idle } = JSON.parse(process.argv[2]);
const load = (file) => import(pathToFileURL(join(folder, 'core', file)).href);
const { Elector } = await load('elector.js');
const { settle } = await load('options.js');

const electors = new Electors({ Elector, settle }, { voters: ['a', 'b', 'c'], seed });
electors.stepUntil(() => electors.leader !== undefined);
// The heir is known once it has answered.
electors.beat();
electors.beat();

/** Nanoseconds for each unit of what `act` says it did. */
function time(act) {
  const before = process.hrtime.bigint();
  const units = act();
  return Number(process.hrtime.bigint() - before) / units;
}

const repeat = (count, act) => () => {
  const { messages } = electors;
  for (let done = 0; done < count; done++) act();
  return { calls: count, messages: electors.messages - messages };
};
const beat = repeat(beats, () => electors.beat());
const transfer = repeat(transfers, () => electors.transfer());
// Elections are rare: some, so that nothing of them is new, and then as many heartbeats as it takes the compiler to settle.
for (let done = 0; done < Math.min(transfers, 100); done++) electors.transfer();
electors.beat();
electors.beat();
beat();
const nsPerHeartbeatMessage = time(() => beat().messages);
transfer();
let messagesOfTransfers = 0;
const nsPerTransfer = time(() => {
  const { calls, messages } = transfer();
  messagesOfTransfers = messages / calls;
  return calls;
});
electors.beat();
electors.beat();

const follower = electors.of(['a', 'b', 'c'].find((id) => id !== electors.leader));
const early = { kind: 'deadline', nowMs: electors.nowMs, wallMs: electors.nowMs };
const wake = repeat(beats, () => follower.handle(early));
wake();
const nsPerDeadline = time(() => wake().calls);

globalThis.gc();
const few = Math.min(beats, 500);
const heapBefore = process.memoryUsage().heapUsed;
for (let done = 0; done < few; done++) electors.beat();
// Negative when a collection came between: too few beats are measured for one, unless the machine decides otherwise.
const bytesPerBeat = (process.memoryUsage().heapUsed - heapBefore) / few;

const settled = (name) => settle('a', { cluster: { name, voters: ['a', 'b', 'c'] } });
const settings = settled('bench');
// The first are not counted: they come with code that all use.
bytesOf(() => followerOf('b', settings));
const idleBytes = bytesOf((made) => followerOf('b', settled(`group-${made}`)));
const idleSharedBytes = bytesOf(() => followerOf('b', settings));

/** Bytes of heap of one of many. */
function bytesOf(make) {
  const kept = [];
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let made = 0; made < idle; made++) kept.push(make(made));
  globalThis.gc();
  return (process.memoryUsage().heapUsed - before) / kept.length;
}

/** One that has heard a leader and answered it. */
function followerOf(leader, settings) {
  const recovered = { term: 1, votedFor: undefined, isNew: false };
  const elector = new Elector({ settings, rng: { next: Math.random }, incarnation: 1, recovered });
  elector.handle({ kind: 'start', nowMs: 0, wallMs: 0 });
  const message = { kind: 'heartbeat', term: 1, leader, round: 1, heir: 'a', incarnation: 2 };
  elector.handle({ kind: 'message', message, grantVote: true, nowMs: 1, wallMs: 1 });
  return elector;
}

console.log(
  JSON.stringify({
    transfersPerSecond: 1e9 / nsPerTransfer,
    heartbeatMessagesPerSecond: 1e9 / nsPerHeartbeatMessage,
    nsPerHeartbeatMessage,
    nsPerElectionMessage: nsPerTransfer / messagesOfTransfers,
    electionMessagesPerSecond: (1e9 * messagesOfTransfers) / nsPerTransfer,
    nsPerDeadline,
    bytesPerBeat,
    idleSharedBytes,
    idleBytes,
  }),
);
