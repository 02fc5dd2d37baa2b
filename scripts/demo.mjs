// `npm run demo`: three members elect a leader, lose it in every way there is, and have another. From an empty clone on:
// nothing but Node's own modules is imported before the dependencies are there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ClusterView } from './demo/cluster-view.mjs';
import { runConsole } from './demo/console.mjs';
import { compileLibrary } from './demo/library.mjs';
import { MemoryCluster } from './demo/memory-cluster.mjs';
import { ProcessCluster } from './demo/process-cluster.mjs';
import { Screen } from './demo/screen.mjs';
import { tellStory } from './demo/story.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { ensureNatsServer } from './ensure-nats-server.mjs';

const USAGE = `npm run demo [-- options]

  --interactive, -i   stay, and let a person kill, stop, continue and restart the members
  --memory            an in-memory network within one process instead of a nats-server and three processes
  --help, -h          this text

NO_COLOR=1 turns colours off. GRAFT_NATS_SERVER=/path/to/nats-server says which server to start.
Exit code: 0 when everything happened that is shown, 1 when something did not.`;

const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

process.exitCode = await main();

async function main() {
  const options = readOptions();
  if (options === undefined) return 2;
  if (options.help) {
    console.log(USAGE);
    return 0;
  }

  ensureDependencies();
  const screen = new Screen(process.stdout);
  const view = new ClusterView();
  const directory = mkdtempSync(join(tmpdir(), 'graft-demo-'));
  const cleanups = [() => rmSync(directory, { recursive: true, force: true })];
  const cleanUp = () => {
    for (const clean of cleanups.splice(0).reverse()) clean();
  };
  // Also when an error nobody caught ends the process: nothing that was started may outlive it.
  process.once('exit', cleanUp);
  let interruptedBy;
  for (const signal of Object.keys(SIGNAL_EXIT_CODES)) {
    process.on(signal, () => {
      interruptedBy ??= signal;
      view.fail(new Error(`interrupted by ${signal}`));
    });
  }

  let cluster;
  try {
    const library = compileLibrary();
    cleanups.push(library.remove);
    cluster = await createCluster({ options, library, directory, report: (report) => view.take(report) });
    cleanups.push(() => cluster.destroy());
    if (options.interactive) await runConsole({ cluster, view, screen });
    else await tellStory({ cluster, view, screen });
    return view.violation === undefined ? 0 : 1;
  } catch (error) {
    screen.showLive(() => undefined);
    screen.drain();
    console.error(interruptedBy === undefined ? `The demo FAILED: ${error.message}` : `The demo was ${error.message}.`);
    return SIGNAL_EXIT_CODES[interruptedBy] ?? 1;
  } finally {
    screen.close();
    await cluster?.close();
    cleanUp();
  }
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        interactive: { type: 'boolean', short: 'i', default: false },
        memory: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    return undefined;
  }
}

async function createCluster({ options, library, directory, report }) {
  if (options.memory) return new MemoryCluster({ library, directory, report, why: '--memory was given' });
  let server;
  try {
    server = await ensureNatsServer();
  } catch (error) {
    return new MemoryCluster({ library, directory, report, why: error.message });
  }
  return new ProcessCluster({ library, directory, report, server });
}
