import type { Command } from '../command.js';
import { DemoCluster } from '../demo/demo-cluster.js';
import { EXIT } from '../exit-codes.js';
import { pause } from '../pause.js';
import { clockTime } from '../time-text.js';

export const demoCommand: Command = {
  summary: 'three nodes elect, hand over, lose their leader and have another',
  usage: '[options]',
  details:
    'All in this process, over a network in memory, with the real clock: nothing is needed, nothing is left. It takes a few\n' +
    'seconds and shows how long each change of leader took.',
  examples: ['graft demo', 'graft demo --json | jq -c "select(.tookMs)"'],
  flags: [],
  exits: [],
  async run({ terminal, signal }) {
    const say = (what: string, details: object = {}, text = what): void => {
      if (terminal.json) terminal.value({ at: new Date().toISOString(), what, ...details });
      else terminal.line(`${clockTime(Date.now())}  ${text}`);
    };
    await using cluster = await DemoCluster.start();
    const next = async (former: string | undefined, sinceMs: number, why: string): Promise<string> => {
      const leader = await cluster.leaderOtherThan(former, signal);
      const tookMs = Math.round(performance.now() - sinceMs);
      const text = terminal.paint('green', `${leader.id} leads term ${leader.term}`);
      say('leads', { leader: leader.id, term: leader.term, why, tookMs }, `${text}, ${tookMs} ms after ${why}`);
      return leader.id;
    };

    say(
      'starts',
      { nodes: cluster.ids },
      `${cluster.ids.join(', ')} start, with new logs: these wait before they vote`,
    );
    const first = await next(undefined, performance.now(), 'the start');
    await pause(1_000, signal);

    say('hands over', { node: first }, `${first} hands over, as on a deployment`);
    const handedMs = performance.now();
    void cluster.handOver(first);
    const second = await next(first, handedMs, 'the handover began');
    await pause(1_000, signal);

    say('is cut off', { node: second }, `${second} is cut off, as in a crash or a network split`);
    const cutMs = performance.now();
    cluster.cutOff(second);
    const stopped = cluster.stopsLeading(second, signal).then(() => {
      const tookMs = Math.round(performance.now() - cutMs);
      say(
        'stops',
        { node: second, tookMs },
        `${second} stops leading by itself, ${tookMs} ms later: its lease is over`,
      );
    });
    await next(second, cutMs, 'the cut');
    await stopped;
    await pause(1_000, signal);

    say('is back', { node: second }, `${second} is connected again`);
    cluster.heal();
    const followed = await cluster.follows(second, signal);
    say('follows', { node: second, leader: followed }, `${second} follows ${followed}; at no instant did two lead`);
    return EXIT.done;
  },
};
