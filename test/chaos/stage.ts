import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sighting } from '../processes/history.js';
import { LogWatch } from '../processes/log-watch.js';
import type { NatsServer } from '../support/nats-server.js';
import { Cleanup } from './cleanup.js';
import type { Cast } from './fault.js';
import { HttpNetwork } from './http-network.js';
import { LogDisk } from './log-disk.js';
import { MemberLife } from './member-life.js';
import { NatsNetwork } from './nats-network.js';
import type { Network } from './network.js';
import type { TakenWrite } from './register.js';
import { Supervisor } from './supervisor.js';
import { openVault, type Vault } from './vault.js';
import { WallClock } from './wall-clock.js';

export interface StageOptions {
  readonly cast: Cast;
  /** Where histories, and what processes said on stderr, stay. */
  readonly directory: string;
  /** The path of libfaketime, where there is one. */
  readonly clockLibrary: string | undefined;
  readonly trustsEvents: boolean;
}

interface Parts {
  readonly cleanup: Cleanup;
  readonly network: Network;
  readonly servers: ReadonlyMap<string, NatsServer>;
  readonly vault: Vault;
  readonly disk: LogDisk;
  readonly clock: WallClock;
  /** Where the logs are. */
  readonly scratch: string;
}

/** Everything that faults are done to: members, what they talk over, their disks, their clocks. */
export class Stage implements AsyncDisposable {
  readonly cast: Cast;
  readonly members: ReadonlyMap<string, Supervisor>;
  readonly network: Network;
  /** None over HTTP. */
  readonly servers: ReadonlyMap<string, NatsServer>;
  readonly disk: LogDisk;
  readonly clock: WallClock;
  readonly #options: StageOptions;
  readonly #parts: Parts;
  readonly #logs: LogWatch;

  private constructor(options: StageOptions, parts: Parts) {
    const { cast } = options;
    this.#options = options;
    this.#parts = parts;
    this.cast = cast;
    this.network = parts.network;
    this.servers = parts.servers;
    this.disk = parts.disk;
    this.clock = parts.clock;
    this.#logs = new LogWatch(() => cast.members.map((id) => this.#logOf(id)));
    parts.cleanup.add(() => this.#logs.stop());
    this.members = new Map(cast.members.map((id) => [id, new Supervisor(id, (name) => this.#spawn(id, name))]));
    parts.cleanup.add(() => Promise.all([...this.members.values()].map((member) => member.destroy())));
  }

  /** Starts the servers, where there are any, and all members, each with a new log. */
  static async open(options: StageOptions): Promise<Stage> {
    const { cast, directory } = options;
    const cleanup = new Cleanup();
    try {
      const scratch = await mkdtemp(join(tmpdir(), 'graft-chaos-'));
      cleanup.add(() => rm(scratch, { recursive: true, force: true }));
      await mkdir(join(directory, 'histories'), { recursive: true });
      const disk = new LogDisk(join(scratch, 'full'));
      const isGuarded = !options.trustsEvents;
      const vault = await openVault(cleanup, { transport: cast.transport, isGuarded, directory: scratch });
      const clock = new WallClock(join(scratch, 'clock'), options.clockLibrary);
      const network =
        cast.transport === 'nats'
          ? await NatsNetwork.start(cast.servers, cast.members)
          : await HttpNetwork.start(cast.members);
      cleanup.use(network);
      const servers: ReadonlyMap<string, NatsServer> = network instanceof NatsNetwork ? network.servers : new Map();
      return new Stage(options, { cleanup, network, servers, vault, disk, clock, scratch });
    } catch (error) {
      await cleanup[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The member that leads, by what it told last; of two, the one of the newer term. */
  get leader(): Supervisor | undefined {
    const leads = ({ current }: Supervisor): number => current?.leads ?? 0;
    const [first] = [...this.members.values()].sort((one, other) => leads(other) - leads(one));
    return first !== undefined && leads(first) > 0 ? first : undefined;
  }

  /** What the logs held so far. */
  get sightings(): readonly Sighting[] {
    return this.#logs.sightings;
  }

  /** What was wrong with logs that could not be understood. */
  get corruptLogs(): readonly string[] {
    return this.#logs.corrupt;
  }

  /** What the register took. */
  taken(): Promise<readonly TakenWrite[]> {
    return this.#parts.vault.taken();
  }

  /** Asks all members to end, one after the other, as a rolling stop does, and looks at the logs once more. */
  async close(): Promise<void> {
    for (const member of this.members.values()) await member.close();
    await this.#logs.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.cleanup[Symbol.asyncDispose]();
  }

  #logOf(id: string): string {
    return join(this.#parts.scratch, `${id}.log`);
  }

  #spawn(id: string, name: string): MemberLife {
    const { directory, trustsEvents } = this.#options;
    const { network, vault, disk, clock } = this.#parts;
    return new MemberLife(name, {
      settings: {
        id,
        voters: this.cast.members,
        driver: network.driverOf(id),
        log: this.#logOf(id),
        fullFlag: id === this.cast.diskMember ? disk.flag : undefined,
        history: join(directory, 'histories', `${name.replace('#', '-')}.jsonl`),
        register: vault.settings,
        trustsEvents,
      },
      env: { ...process.env, ...(id === this.cast.clockMember && clock.env) },
      stderr: join(directory, 'histories', `${id}.stderr`),
    });
  }
}
