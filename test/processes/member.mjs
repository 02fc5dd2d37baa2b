// One member of a cluster, in a process of its own: node member.mjs <JSON of MemberOptions>
// Says on stdout, a line of JSON each, what entries.ts describes. Takes commands, a line of JSON each, on stdin.
// SIGTERM, or the end of stdin, closes the node; the process then ends by itself, since nothing is left running.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** How often it asks itself whether it leads. */
const ASK_INTERVAL_MS = 4;

const { sourceDir, client, connection: connectionOptions, node: options, thread } = JSON.parse(process.argv[2]);
const [{ Node }, { ThreadedNode }, { NatsRpcDriver }, { connect }] = await Promise.all([
  import(`${sourceDir}/index.js`),
  import(`${sourceDir}/thread/index.js`),
  import(`${sourceDir}/drivers/nats/index.js`),
  import(client),
]);

function nowUs() {
  return Number(process.hrtime.bigint() / 1000n);
}

function say(entry) {
  // Synchronous: what was said before a SIGKILL has been said.
  writeSync(1, `${JSON.stringify({ atUs: nowUs(), ...entry })}\n`);
}

async function start() {
  if (thread !== undefined) {
    const node = await ThreadedNode.start({ ...options, rpc: { nats: connectionOptions }, handler, thread });
    return { node, connection: { close: async () => undefined } };
  }
  const connection = await connect(connectionOptions);
  try {
    const node = await Node.start({ ...options, rpc: new NatsRpcDriver(connection), handler });
    return { node, connection };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

let member;
const handler = {
  stateChange(change) {
    ask();
    say({ kind: 'state', ...change });
    ask();
  },
  asyncError: ({ code, message }) => say({ kind: 'error', code, message }),
};

let led;
let known;
/** By the clock, at this instant, as a user would before every step that must not be done twice. */
function ask() {
  if (member === undefined) return;
  const { node } = member;
  const atUs = nowUs();
  const term = node.fencingToken;
  const untilUs = nowUs();
  if (term !== undefined || led !== undefined) say({ kind: 'answer', term, atUs, untilUs });
  led = term;
  if (node.term !== known) {
    known = node.term;
    say({ kind: 'term', term: known });
  }
}

const commands = {
  transfer: ({ to }) => member.node.transfer({ to }),
  stepDown: () => member.node.stepDown(),
  block({ ms }) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    say({ kind: 'blocked', ms });
    ask();
  },
  churn({ ms }) {
    const endMs = performance.now() + ms;
    let rounds = 0;
    // Most of it lives until the next round, so that every collection has much to copy.
    for (let garbage = []; performance.now() < endMs; rounds++) {
      garbage = Array.from({ length: 200_000 }, (_, index) => ({
        index,
        text: `${index}`,
        garbage: garbage[index % 7],
      }));
      for (const each of garbage) each.garbage = undefined;
    }
    say({ kind: 'blocked', ms });
    ask();
    return rounds;
  },
  status: () => member.node.status(),
};

async function obey({ number, command, ...args }) {
  try {
    say({ kind: 'reply', to: number, result: (await commands[command](args)) ?? null });
  } catch ({ code, message }) {
    say({ kind: 'reply', to: number, error: { code, message } });
  }
}

let asking;
let ending = false;
async function end() {
  if (ending) return;
  ending = true;
  await member.node.close();
  clearInterval(asking);
  say({ kind: 'closed' });
  await member.connection.close();
  input.close();
  process.stdin.destroy();
}

try {
  member = await start();
} catch ({ code, message }) {
  say({ kind: 'refused', code, message });
  // Not by itself: a client that is refused may go on dialling.
  process.exit(1);
}
member.node.on('leaderChange', ({ leader, term }) => say({ kind: 'leader', leader, term }));
asking = setInterval(ask, ASK_INTERVAL_MS);
const input = createInterface({ input: process.stdin });
input.on('line', (line) => void obey(JSON.parse(line)));
input.once('close', end);
process.once('SIGTERM', end);
say({ kind: 'started' });
ask();
