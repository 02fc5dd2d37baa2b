import { STEP_DOWN_LIMIT_MS } from '../../client/cluster-client.js';
import { askingFlags, openClient } from '../cluster-flags.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

export const stepDownCommand: Command = {
  summary: 'has the leader hand over',
  usage: '--cluster NAME [--to ID] [options]',
  details:
    'A planned handover: the work of the leader ends first, then another takes over within milliseconds. Only where the\n' +
    "leader's node was started with allowStepDown (graft run --allow-step-down).",
  examples: ['graft step-down --cluster reports', 'graft step-down --cluster reports --to b'],
  flags: [
    { title: 'What is asked', flags: { to: { value: 'ID', help: 'who leads next', default: "the leader's heir" } } },
    ...askingFlags(STEP_DOWN_LIMIT_MS, "how long the leader's work and the handover may take"),
  ],
  exits: ['noLeader', 'refused', 'unreachable', 'unanswered'],
  async run(call) {
    const { given, terminal, signal } = call;
    await using client = await openClient(call);
    const begunMs = performance.now();
    const { from, to, term } = await client.stepDown({
      to: given.text('to'),
      limitMs: given.durationMs('timeout'),
      signal,
    });
    const tookMs = Math.round(performance.now() - begunMs);
    if (terminal.json) terminal.value({ from, to, term, tookMs });
    else if (to === undefined) terminal.line(`${from} has stepped down; nobody was heard to lead yet`);
    else terminal.line(`${from} has handed over to ${to}, which leads term ${term} (${tookMs} ms)`);
    return to === undefined ? EXIT.noLeader : EXIT.done;
  },
};
