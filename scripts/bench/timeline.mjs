import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, now } from './cluster/cluster.mjs';

/** What is worth a line. */
const TOLD = ['trace', 'gained', 'lost', 'candidate'];

/** One failover, told event by event: every millisecond has a name. */
export const timeline = {
  name: 'timeline',
  about: 'one crash failover of 3 processes, told event by event from the last heartbeat to the lease',
  async run({ library }) {
    return await withCluster(library, async (cluster) => {
      const crash = (old) => cluster.end(old, 'SIGKILL');
      // The second is told: by then nothing is done for the first time.
      const { old, ended } = await changeOfLeader(cluster, crash);
      await ended;
      await cluster.restart(old);
      return tellFailover(await changeOfLeader(cluster, crash));
    });
  },
};

/** One planned handover, likewise. */
export const handoverTimeline = {
  name: 'handover-timeline',
  about: 'one planned handover among 3 processes, told event by event from the loss to the lease',
  async run({ library }) {
    return await withCluster(library, async (cluster) => {
      const stepDown = (old) => {
        const atMs = now();
        cluster.order(old, { order: 'stepDown' });
        return { atMs, ended: undefined };
      };
      // Each member has led once by then.
      for (let done = 0; done < 5; done++) await changeOfLeader(cluster, stepDown);
      return tellHandover(await changeOfLeader(cluster, stepDown));
    });
  },
};

async function withCluster(library, use) {
  const cluster = await Cluster.start({ size: 3, library, traces: true });
  try {
    const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
    await cluster.startAll();
    await first;
    return await use(cluster);
  } finally {
    await cluster.stop();
  }
}

async function changeOfLeader(cluster, end) {
  await sleep(1_530);
  const { leader: old } = cluster;
  const gained = cluster.next('a new leader', ({ kind, id }) => kind === 'gained' && id !== old);
  const { atMs, ended } = end(old);
  const won = await gained;
  // What the others tell of the same moment is still on its way.
  await sleep(100);
  const facts = cluster.facts.toSorted((one, other) => one.atMs - other.atMs);
  return { old, endAtMs: atMs, ended, won, facts };
}

function tellFailover({ old, endAtMs, won, facts }) {
  const isLastHeartbeat = ({ what, message, id }) => what === 'says' && id === old && message.startsWith('heartbeat');
  const begunAtMs = facts.findLast((fact) => isLastHeartbeat(fact) && fact.atMs <= endAtMs).atMs;
  const told = between(facts, begunAtMs, won.atMs + 1);
  told.push({ atMs: endAtMs, text: `${old}  is killed (SIGKILL)` });
  const askedAtMs = told.find(({ text }) => text.includes('asks for pre-votes')).atMs;
  return {
    rows: [
      row('timeline: kill to LEADER', won.atMs - endAtMs),
      row('timeline: last heartbeat to the kill', endAtMs - begunAtMs),
      row('timeline: last heartbeat to the pre-vote request (detection)', askedAtMs - begunAtMs),
      row('timeline: pre-vote request to LEADER (round trips and writes)', won.atMs - askedAtMs),
    ],
    notes: lines(told, endAtMs),
  };
}

function tellHandover({ old, won, facts }) {
  const lostAtMs = facts.findLast(({ kind, id, atMs }) => kind === 'lost' && id === old && atMs <= won.atMs).atMs;
  const told = between(facts, lostAtMs, won.atMs + 1);
  const writesMs = told
    .filter(({ what }) => what === 'has written')
    .map(({ id, atMs }) => atMs - told.findLast((fact) => fact.id === id && fact.what === 'begins to write').atMs);
  return {
    rows: [
      row('handover timeline: loss to LEADER', won.atMs - lostAtMs),
      row('handover timeline: the longest write of a vote', Math.max(...writesMs)),
    ],
    notes: lines(told, lostAtMs),
  };
}

function row(figure, value) {
  return { figure, value, unit: 'ms' };
}

function between(facts, fromMs, toMs) {
  return facts
    .filter(({ atMs, kind }) => atMs >= fromMs && atMs <= toMs && TOLD.includes(kind))
    .map((fact) => ({ ...fact, text: `${fact.id}  ${inWords(fact)}` }));
}

function lines(told, zeroMs) {
  const inOrder = told.toSorted((one, other) => one.atMs - other.atMs);
  return inOrder.map(({ atMs, text }, index) => {
    const sinceMs = index === 0 ? 0 : atMs - inOrder[index - 1].atMs;
    return `${(atMs - zeroMs).toFixed(2).padStart(9)} ms  +${sinceMs.toFixed(2).padStart(8)}  ${text}`;
  });
}

function inWords({ kind, term, what, message, to, from }) {
  if (kind === 'lost') return `leads term ${term} no more`;
  if (kind === 'gained') return `leads term ${term}: the lease is there`;
  if (kind === 'candidate') return `is a candidate in term ${term}`;
  const whom = to === undefined ? '' : `, to ${to}`;
  return `${what}: ${message}${from === undefined ? whom : `, from ${from}`}`;
}
