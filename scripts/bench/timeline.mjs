import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster/cluster.mjs';

/** One failover, told event by event: every millisecond has a name. */
export const timeline = {
  name: 'timeline',
  about: 'one crash failover of 3 processes, told event by event from the last heartbeat to the lease',
  async run({ library }) {
    const cluster = await Cluster.start({ size: 3, library, traces: true });
    try {
      const first = cluster.next('a first leader', ({ kind }) => kind === 'gained');
      await cluster.startAll();
      await first;
      // The second crash is told: by then nothing is done for the first time.
      await crash(cluster, { again: true });
      return tell(await crash(cluster, { again: false }));
    } finally {
      await cluster.stop();
    }
  },
};

async function crash(cluster, { again }) {
  await sleep(1_530);
  const { leader: old } = cluster;
  const gained = cluster.next('a new leader', ({ kind, id }) => kind === 'gained' && id !== old);
  const { atMs, ended } = cluster.end(old, 'SIGKILL');
  const won = await gained;
  await ended;
  // What the others tell of the same moment is still on its way.
  await sleep(100);
  const facts = cluster.facts.toSorted((one, other) => one.atMs - other.atMs);
  if (again) await cluster.restart(old);
  return { old, killedAtMs: atMs, won, facts };
}

function tell({ old, killedAtMs, won, facts }) {
  const isLastHeartbeat = ({ what, message, id }) => what === 'says' && id === old && message.startsWith('heartbeat');
  const begunAtMs = facts.findLast((fact) => isLastHeartbeat(fact) && fact.atMs <= killedAtMs).atMs;
  const told = facts
    .filter(
      ({ atMs, kind }) => atMs >= begunAtMs && atMs <= won.atMs + 1 && ['trace', 'gained', 'candidate'].includes(kind),
    )
    .map((fact) => ({ atMs: fact.atMs, text: `${fact.id}  ${inWords(fact)}` }));
  told.push({ atMs: killedAtMs, text: `${old}  is killed (SIGKILL)` });
  told.sort((one, other) => one.atMs - other.atMs);
  let lastMs = begunAtMs;
  const notes = told.map(({ atMs, text }) => {
    const since = (atMs - lastMs).toFixed(2).padStart(8);
    lastMs = atMs;
    return `${(atMs - killedAtMs).toFixed(2).padStart(9)} ms  +${since}  ${text}`;
  });
  const askedAtMs = told.find(({ text }) => text.includes('asks for pre-votes')).atMs;
  const row = (figure, value) => ({ figure, value, unit: 'ms' });
  return {
    rows: [
      row('timeline: kill to LEADER', won.atMs - killedAtMs),
      row('timeline: last heartbeat to the kill', killedAtMs - begunAtMs),
      row('timeline: last heartbeat to the pre-vote request (detection)', askedAtMs - begunAtMs),
      row('timeline: pre-vote request to LEADER (round trips and writes)', won.atMs - askedAtMs),
    ],
    notes,
  };
}

function inWords({ kind, term, what, message, to, from }) {
  if (kind === 'gained') return `leads term ${term}: the lease is there`;
  if (kind === 'candidate') return `is a candidate in term ${term}`;
  const whom = to === undefined ? '' : `, to ${to}`;
  return `${what}: ${message}${from === undefined ? whom : `, from ${from}`}`;
}
