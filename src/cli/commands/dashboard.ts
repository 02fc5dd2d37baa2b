import { isLoopback } from '../../drivers/http/loopback.js';
import { askingFlags, openClient } from '../cluster-flags.js';
import type { Command } from '../command.js';
import { parseAllowedNames } from '../dashboard/allowed-names.js';
import { readAssets } from '../dashboard/assets.js';
import { DashboardServer } from '../dashboard/dashboard-server.js';
import { parseListenAddress } from '../dashboard/listen-address.js';
import { Watcher } from '../dashboard/watcher.js';
import { EXIT } from '../exit-codes.js';
import { INTERVAL_FLAG, intervalGiven } from '../interval-flag.js';

const DEFAULT_LISTEN = '127.0.0.1:7480';
const DEFAULT_TIMEOUT_MS = 1_000;
/** A page that has heard nothing for so long, besides what a round takes, says so. */
const PATIENCE_MS = 2_000;

export const dashboardCommand: Command = {
  summary: 'the same in a browser: a page that this serves',
  usage: '--cluster NAME [--listen HOST:PORT] [options]',
  details:
    'Serves one page, live: the nodes as a ring, their roles and terms, the lease of the one that leads, links that are\n' +
    'silent, who led when, and what changed. The page loads nothing from elsewhere, and it watches only: it has no vote and\n' +
    'counts toward no quorum. Prints its address, with --json as {"url"}, and serves until Ctrl-C.\n\n' +
    'It listens on this machine alone unless --listen says otherwise, and asks for no password: whoever reaches it sees the\n' +
    'cluster. With --allow-step-down the page can have the leader hand over, where the leader allows that too.',
  examples: [
    'graft dashboard --cluster reports                             # then open http://127.0.0.1:7480/',
    'graft dashboard -c reports --listen 0 --allow-step-down       # any free port; it prints which',
    'ssh -t -L 7480:127.0.0.1:7480 n1 graft dashboard -c reports   # of another machine, through ssh',
    'graft dashboard -c reports --listen 0.0.0.0:7480 --allow-host ops.example.org',
  ],
  flags: [
    {
      title: 'The page',
      flags: {
        listen: { value: 'HOST:PORT', help: 'where it is served; port 0 is any free one', default: DEFAULT_LISTEN },
        'allow-host': { value: 'NAMES', help: 'names that it may be opened by, besides localhost and IP addresses' },
        'allow-step-down': { help: 'the page can have the leader hand over' },
        interval: INTERVAL_FLAG,
      },
    },
    ...askingFlags(DEFAULT_TIMEOUT_MS),
  ],
  exits: ['unreachable'],
  async run(call) {
    const { given, terminal, signal } = call;
    const listen = parseListenAddress(given.text('listen') ?? DEFAULT_LISTEN);
    const names = parseAllowedNames(given.list('allow-host') ?? []);
    const intervalMs = intervalGiven(given);
    const limitMs = given.durationMs('timeout') ?? DEFAULT_TIMEOUT_MS;
    const canStepDown = given.switch('allow-step-down');
    await using client = await openClient(call);
    const watcher = new Watcher({ client, intervalMs, limitMs });
    // A command line that reaches nobody is told so at once, and not by an empty page.
    const first = await watcher.look(signal);
    await using server = await DashboardServer.start({
      listen,
      assets: await readAssets(),
      cluster: given.required('cluster'),
      names,
      patienceMs: PATIENCE_MS + intervalMs + limitMs,
      stepDownClient: canStepDown ? client : undefined,
    });
    if (!isLoopback(listen.host)) {
      const also = canStepDown ? ' and can have the leader hand over' : '';
      terminal.note(`graft: whoever reaches ${server.url} sees the cluster${also}; no password is asked for`);
    }
    if (terminal.json) terminal.value({ url: server.url });
    else terminal.line(server.url);
    server.tell(first);
    await watcher.run((snapshot) => server.tell(snapshot), signal);
    return EXIT.done;
  },
};
