// Rule 9 in real processes over a real nats-server: leadership that is handed over costs no election timeout.
import { describe, expect } from 'vitest';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { nowUs } from './clock.js';
import type { Cluster } from './cluster.js';
import { spansOfAnswers } from './history.js';
import { PATIENT, scenario } from './scenario.js';

/** Nobody campaigns by himself in less: whoever leads sooner than this after another was handed leadership. */
const { electionTimeoutMinMs, electionTimeoutMaxMs } = PATIENT;

/** How long nobody led, between each leadership and the next. */
function gapsMs({ members }: Cluster): readonly number[] {
  const spans = members.flatMap(spansOfAnswers).sort((a, b) => a.term - b.term);
  return spans.slice(1).map(({ sinceUs }, index) => (sinceUs - (spans[index]?.untilUs ?? 0)) / 1000);
}

describe('A leader of three', () => {
  scenario(
    'hands over at SIGTERM long before an election could end, and exits with code 0',
    { timings: PATIENT },
    async ({ cluster }) => {
      const leader = await cluster.untilLed();
      expect(await leader.terminate()).toEqual({ by: 'exit', code: 0 });
      const heir = await cluster.untilLed();
      expect(heir.name).not.toBe(leader.name);
      expect(gapsMs(cluster)).toEqual([expect.toSatisfy((gap) => gap < electionTimeoutMinMs / 2)]);
      expect(leader.changes.slice(-2).map(({ from, to, reason }) => [from, to, reason])).toEqual([
        ['LEADER', 'FOLLOWER', 'steppedDown'],
        ['FOLLOWER', 'CLOSED', 'closed'],
      ]);
    },
  );

  scenario(
    'the twin: killed instead, it is missed for an election timeout',
    { timings: PATIENT },
    async ({ cluster }) => {
      await (await cluster.untilLed()).kill();
      await cluster.untilLed();
      expect(gapsMs(cluster)).toEqual([expect.toSatisfy((gap) => gap > electionTimeoutMinMs / 2)]);
    },
  );

  scenario(
    'hands over to the member that it is asked to, and to and fro',
    { timings: PATIENT },
    async ({ cluster }) => {
      const first = await cluster.untilLed();
      await cluster.until('new logs have waited (rule 7), as even an heir has to', () =>
        cluster.members.every(({ startedUs }) => nowUs() > startedUs + electionTimeoutMaxMs * 1000),
      );
      for (const heir of [...cluster.others(first), first]) {
        const leader = await cluster.untilLed();
        expect(await cluster.handOver(leader, heir)).toBe(heir.id);
        expect((await cluster.untilLed()).name).toBe(heir.name);
      }
      expect(Math.max(...gapsMs(cluster))).toBeLessThan(electionTimeoutMinMs / 2);
    },
  );
});

describe('A cluster of three', () => {
  scenario(
    'is restarted member by member with SIGTERM, its logs kept, and reports nothing',
    {},
    async ({ cluster }) => {
      for (const id of ['a', 'b', 'c']) {
        await cluster.untilLed();
        const former = cluster.running.find((member) => member.id === id);
        expect(await former?.terminate()).toEqual({ by: 'exit', code: 0 });
        await cluster.start(id);
      }
      await cluster.untilLed();
      expect(cluster.running).toHaveLength(3);
      expect(withoutMachineDelays(cluster.members.flatMap(({ errors }) => errors))).toEqual([]);
    },
  );
});
