import { HttpRpcDriver } from '../../drivers/http/http-rpc-driver.js';
import { NatsRpcDriver } from '../../drivers/nats/nats-rpc-driver.js';
import type { RpcDriver } from '../../drivers/rpc-driver.js';
import { Node } from '../../node/node.js';
import { TRANSPORT_FLAGS } from '../cluster-flags.js';
import type { Call, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { describeFailure, UsageError } from '../failure.js';
import type { Given } from '../flags.js';
import { httpGiven } from '../http-flags.js';
import { natsOptions } from '../nats/nats-flags.js';
import { isProgram } from '../run/find-program.js';
import { Journal } from '../run/journal.js';
import {
  graceGiven,
  marginsGiven,
  NODE_FLAGS,
  onExitGiven,
  PROGRAM_FLAGS,
  TIMING_FLAGS,
  timingsGiven,
} from '../run/run-flags.js';
import { Supervisor, type SupervisorStart } from '../run/supervisor.js';

/** What the node waits for beyond the program's own grace: killing takes a moment, and is waited for too. */
const KILLING_MS = 2_000;

export const runCommand: Command = {
  summary: 'runs a program while, and only while, this node leads',
  usage: '--cluster NAME --voters IDS --id ID --log FILE [options] -- PROGRAM [ARGS]',
  details: [
    'Run it on every node, with the same --voters and its own --id and --log. One of them leads and runs PROGRAM, with',
    'GRAFT_TERM (the fencing token: send it with every write), GRAFT_NODE_ID and GRAFT_CLUSTER in its environment.',
    '',
    'Planned end (SIGTERM or SIGINT to graft run, or graft step-down): PROGRAM gets SIGTERM and --grace, lease held; then',
    'another node leads. A second SIGTERM kills it at once. Lost lease: SIGTERM at --warn-before its end, SIGKILL of the',
    'whole process group at --kill-before its end, by a guard process that also does it when graft run is stopped, blocked',
    'or killed. Leadership lost otherwise: SIGKILL at once. docs/cli.md says what cannot be had.',
    '',
    'PROGRAM ends by itself: restart (after 100 ms, twice as long each time, 30 s at most, anew once it ran for 10 s),',
    'step-down (another node leads, after the same wait), or exit (as PROGRAM did).',
  ].join('\n'),
  examples: [
    'graft run -c reports --voters a,b,c --id a --log /var/lib/reports/graft.json -- node worker.js',
    'graft run -c reports --voters a,b,c --id b --log ./b.json --server nats://n1:4222 --creds b.creds -- ./worker --fast',
    'graft run -c reports --voters a,b,c --id c --log ./c.json --election-timeout-min 2s --heartbeat-interval 200ms -- ./w',
  ],
  flags: [
    { title: 'The node', flags: NODE_FLAGS },
    { title: 'The program', flags: PROGRAM_FLAGS },
    { title: 'Timings, the same on every node of the cluster', flags: TIMING_FLAGS },
    ...TRANSPORT_FLAGS,
  ],
  exits: ['unreachable', 'log'],
  takesProgram: true,
  ownsSignals: true,
  async run(call, program) {
    const [command, ...args] = program;
    if (command === undefined) throw new UsageError('after -- comes the program that is to be run');
    if (!(await isProgram(command, call.env['PATH'] ?? ''))) {
      throw new UsageError(`there is no program ${JSON.stringify(command)} that can be run`);
    }
    return await new Run(call, command, args).toEnd();
  },
};

/** One `graft run`, from its start to its exit code. */
class Run {
  readonly #call: Call;
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #handling: Pick<SupervisorStart, 'onExit' | 'graceMs' | 'margins'>;
  readonly #starting = new AbortController();
  #timesAsked = 0;
  #node: Node | undefined;
  #supervisor: Supervisor | undefined;
  #journal: Journal | undefined;
  #exitCode: number = EXIT.done;

  /** @throws UsageError when what is to become of the program cannot be had. */
  constructor(call: Call, command: string, args: readonly string[]) {
    const { given } = call;
    this.#call = call;
    this.#command = command;
    this.#args = args;
    // Before anything is opened: a node that has joined would lead on, without a program, after the message.
    this.#handling = {
      onExit: onExitGiven(given),
      graceMs: graceGiven(given),
      margins: marginsGiven(given, timingsGiven(given)),
    };
  }

  async toEnd(): Promise<number> {
    const takeBack = this.#call.onEndAsked(() => this.#askedToEnd());
    try {
      const node = await this.#start();
      if (node === undefined) return EXIT.done;
      await this.#lead(node);
      return this.#exitCode;
    } finally {
      takeBack();
    }
  }

  async #start(): Promise<Node | undefined> {
    const { given, terminal } = this.#call;
    const id = given.required('id');
    const journal = new Journal(terminal, id);
    this.#journal = journal;
    const options = {
      cluster: clusterGiven(given),
      id,
      log: given.required('log'),
      timings: timingsGiven(given),
      priority: given.count('priority', { min: 0, max: 255 }),
      rpc: await driverGiven(this.#call),
      drainTimeoutMs: this.#handling.graceMs + KILLING_MS,
      handler: {
        asyncError: ({ code, message }: { code: string; message: string }) => {
          journal.note({ what: 'error', code, message });
        },
      },
      signal: this.#starting.signal,
    };
    try {
      this.#node = await Node.start(options);
    } catch (error) {
      if (this.#starting.signal.aborted) return undefined;
      throw error;
    }
    journal.note({ what: 'joined' });
    return this.#node;
  }

  async #lead(node: Node): Promise<void> {
    const { given } = this.#call;
    const journal = this.#journal ?? new Journal(this.#call.terminal, node.id);
    node.on('leaderChange', ({ leader, term }) => journal.note({ what: 'leader', leader, term }));
    const supervisor = new Supervisor({
      node,
      cluster: given.required('cluster'),
      command: this.#command,
      args: this.#args,
      ...this.#handling,
      journal,
      finish: (exitCode) => {
        this.#exitCode = exitCode;
        void node.close();
      },
    });
    this.#supervisor = supervisor;
    try {
      await supervisor.open();
      // A signal may have closed the node by now.
      if (this.#timesAsked === 0) await node.lead(supervisor.work);
    } catch (error) {
      this.#exitCode = EXIT.internal;
      journal.note({ what: 'error', ...describeFailure(error) });
    } finally {
      await node.close();
      supervisor.close();
      journal.note({ what: 'closed' });
    }
  }

  #askedToEnd(): void {
    this.#timesAsked += 1;
    if (this.#timesAsked > 1) {
      this.#supervisor?.hurry();
      return;
    }
    this.#starting.abort();
    if (this.#node === undefined) return;
    this.#journal?.note({ what: 'closing' });
    void this.#node.close();
  }
}

function clusterGiven(given: Given) {
  const name = given.required('cluster');
  const voters = given.list('voters');
  const size = given.count('size', { min: 1, max: 255 });
  if (voters !== undefined && size !== undefined) throw new UsageError('--voters and --size exclude each other');
  if (voters !== undefined) return { name, voters: [...voters] };
  if (size !== undefined) return { name, size };
  throw new UsageError('--voters IDS is missing (or --size N)');
}

async function driverGiven({ given, env }: Call): Promise<RpcDriver> {
  const http = await httpGiven(given);
  const allowStepDown = given.switch('allow-step-down');
  if (http !== undefined) {
    const { peers, prefix, secret, tls } = http;
    const guards = { ...(secret !== undefined && { secret }), ...(tls !== undefined && { tls }) };
    return new HttpRpcDriver({ peers, prefix, ...guards, allowStepDown });
  }
  const options = { ...(await natsOptions(given, env)), name: `graft run ${given.required('id')}` };
  return new NatsRpcDriver(options, { allowStepDown });
}
