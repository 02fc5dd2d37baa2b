import { GraftError } from '../../core/errors.js';
import type { MemoryNetwork } from '../memory-network.js';
import type { SimulatedClock } from '../simulated-clock.js';
import { describeFault } from './describe-fault.js';
import type { WorldEvent } from './invariant.js';
import { LinkCuts } from './link-cuts.js';
import type { Machine } from './machine.js';
import type { Fault, NetworkPlan, Plan, Whom } from './plan.js';
import { cutsOf, links } from './shapes.js';

/** What faults strike at. */
export interface FaultSite {
  readonly plan: Plan;
  readonly clock: SimulatedClock;
  readonly network: MemoryNetwork;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly tell: (event: WorldEvent) => void;
  /** The machine that led last. */
  readonly lastLeader: () => Machine | undefined;
}

type Of<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

const NOTHING = (): void => undefined;

/** Brings faults about, and ends each in its time, or all at once. */
export class Faults {
  readonly #site: FaultSite;
  readonly #cuts: LinkCuts;
  readonly #inForce = new Set<() => void>();
  readonly #storms: NetworkPlan[] = [];
  #freezes = 0;
  #lastWordsMs = 0;

  constructor(site: FaultSite) {
    this.#site = site;
    this.#cuts = new LinkCuts(site.network);
    this.#blow();
  }

  /** When the last message that was sent until now will have arrived. */
  get lastWordsMs(): number {
    return this.#lastWordsMs;
  }

  /** Brings `fault` about now; it ends by itself, or with {@link endAll}. */
  strike(fault: Fault): void {
    this.#tell(
      describeFault(fault, (whom) => this.#machine(whom).id),
      { begins: fault },
    );
    const end = this.#begin(fault);
    if (end === NOTHING) return;
    const finish = (): void => {
      if (!this.#inForce.delete(finish)) return;
      timer?.cancel();
      this.#tell(`over: ${fault.kind}`, { ends: fault });
      end();
    };
    this.#inForce.add(finish);
    const isTimed = 'forMs' in fault && Number.isFinite(fault.forMs);
    const timer = isTimed ? this.#site.clock.setTimer(fault.forMs, finish) : undefined;
  }

  /** Ends every fault, and starts every machine that is down. The everyday weather turns fair, and disks work. */
  endAll(): void {
    const { plan, network, machines } = this.#site;
    for (const finish of [...this.#inForce]) finish();
    network.setConditions({ dropProbability: 0, repeatProbability: 0 });
    this.#noteWords(plan.network.delayMs[1]);
    for (const machine of machines.values()) {
      machine.writes.heal();
      machine.start();
    }
  }

  #begin(fault: Fault): () => void {
    switch (fault.kind) {
      case 'cut':
        return this.#cut(fault);
      case 'isolate':
        return this.#isolate(fault);
      case 'split':
        return this.#split(fault);
      case 'shape':
        return this.#shape(fault);
      case 'freeze':
        return this.#freeze();
      case 'storm':
        return this.#storm(fault);
      case 'crash':
        return this.#die(this.#machine(fault.whom), fault);
      case 'crashAtWrite':
        return this.#crashAtWrite(fault);
      case 'failWrites':
        return this.#machine(fault.whom).writes.failAt(fault.step);
      case 'hangWrites':
        return this.#machine(fault.whom).writes.hang();
      case 'pause':
      case 'suspend':
        return this.#machine(fault.whom).stop(fault.kind);
      case 'wallJump':
        this.#machine(fault.whom).jumpWall(fault.byMs);
        return NOTHING;
      case 'transfer':
        this.#call(this.#machine(fault.whom), 'transfer', fault.to);
        return NOTHING;
      case 'stepDown':
        this.#call(this.#machine(fault.whom), 'stepDown', undefined);
        return NOTHING;
      case 'restart':
        return this.#restart(this.#machine(fault.whom));
      case 'rollingRestart':
        return this.#rollingRestart(fault);
      case 'position':
        return this.#position(fault);
      case 'replaceDisk':
        return this.#replaceDisk(fault);
      default:
        return fault satisfies never;
    }
  }

  // ---------------------------------------------------------------- links

  #cut({ from, to, ways }: Of<'cut'>): () => void {
    const source = this.#machine(from);
    // Two ways to say who may name one machine: then the link is one to somebody else.
    const other = [this.#machine(to), ...this.#site.machines.values()].find((machine) => machine !== source);
    const direction = { from: source.id, to: other?.id ?? source.id };
    const back = { from: direction.to, to: direction.from };
    return this.#cuts.cut(ways === 'both' ? [direction, back] : [direction]);
  }

  #isolate({ whom, ways }: Of<'isolate'>): () => void {
    const { id } = this.#machine(whom);
    return this.#cuts.cut(
      links(this.#ids(), (from, to) => (from === id && ways !== 'in') || (to === id && ways !== 'out')),
    );
  }

  #split({ groups }: Of<'split'>): () => void {
    const groupOf = (id: string): number => groups.findIndex((group) => group.includes(id));
    return this.#cuts.cut(links(this.#ids(), (from, to) => groupOf(from) !== groupOf(to)));
  }

  #shape({ shape, centre }: Of<'shape'>): () => void {
    const voters = this.#voters().map(({ id }) => id);
    const leader = this.#machine('LEADER').id;
    // On the periphery a leader stands outside; elsewhere the centre may be anybody.
    const middle = this.#machine(centre).id;
    const other = voters.find((id) => id !== leader) ?? leader;
    const site = { voters, leader, centre: shape === 'periphery' && middle === leader ? other : middle };
    return this.#cuts.cut(cutsOf(shape, site));
  }

  #freeze(): () => void {
    const { network } = this.#site;
    this.#freezes += 1;
    network.hold();
    return () => {
      this.#freezes -= 1;
      if (this.#freezes === 0) network.release();
    };
  }

  #storm({ network }: Of<'storm'>): () => void {
    this.#storms.push(network);
    this.#blow();
    return () => {
      const index = this.#storms.indexOf(network);
      if (index >= 0) this.#storms.splice(index, 1);
      this.#noteWords(network.delayMs[1]);
      this.#blow();
    };
  }

  /** The newest storm blows, or else the everyday weather. */
  #blow(): void {
    const { plan, network } = this.#site;
    const { delayMs, loss, repeat, reorder } = this.#storms.at(-1) ?? plan.network;
    network.setConditions({ delayMs, dropProbability: loss, repeatProbability: repeat, reorder });
  }

  #noteWords(delayMs: number): void {
    this.#lastWordsMs = Math.max(this.#lastWordsMs, this.#site.clock.nowMs() + delayMs);
  }

  // ---------------------------------------------------------------- processes

  #die(machine: Machine, { how }: Pick<Of<'crash'>, 'how'>): () => void {
    machine.crash(how);
    return () => machine.start();
  }

  #crashAtWrite({ whom, step, how, forMs }: Of<'crashAtWrite'>): () => void {
    const machine = this.#machine(whom);
    return machine.writes.dieAt(step, () => {
      this.#tell(`${machine.id} dies at step ${step} of a write`);
      this.strike({ kind: 'crash', whom: machine.id, how, forMs });
    });
  }

  #restart(machine: Machine): () => void {
    if (machine.condition !== 'running') return NOTHING;
    let isOver = false;
    void machine.close().then(() => {
      if (isOver) machine.start();
    });
    return () => {
      isOver = true;
      machine.start();
    };
  }

  #rollingRestart({ how, downMs, everyMs }: Of<'rollingRestart'>): () => void {
    const { clock, machines } = this.#site;
    const timers = [...machines.values()].map((machine, index) =>
      clock.setTimer(index * everyMs, () => {
        if (how === 'close') this.strike({ kind: 'restart', whom: machine.id, forMs: downMs });
        else this.strike({ kind: 'crash', whom: machine.id, how: 'kill', forMs: downMs });
      }),
    );
    return () => {
      for (const timer of timers) timer.cancel();
    };
  }

  #replaceDisk({ whom }: Of<'replaceDisk'>): () => void {
    const machine = this.#machine(whom);
    machine.replaceDisk();
    return () => machine.start();
  }

  #position({ whom, to }: Of<'position'>): () => void {
    const machine = this.#machine(whom);
    machine.position = to;
    return () => {
      machine.position = machine.plan.position;
    };
  }

  /** A call of the user's; a process that stands still, or does not lead, is asked nothing. */
  #call(machine: Machine, call: 'transfer' | 'stepDown', to: Whom | undefined): void {
    const { node, id, condition } = machine;
    if (node === undefined || condition !== 'running' || !node.isLeader()) return;
    const { tell } = this.#site;
    const target = to === undefined ? undefined : this.#machine(to).id;
    tell({ kind: 'call', by: id, call, ...(target !== undefined && { to: target }) });
    const calling = call === 'transfer' ? node.transfer({ to: target }) : node.stepDown();
    calling.then(
      (successor) => tell({ kind: 'callEnded', by: id, call, outcome: successor ?? 'done' }),
      (cause: unknown) => {
        const outcome = cause instanceof GraftError ? cause.code : String(cause);
        tell({ kind: 'callEnded', by: id, call, outcome });
      },
    );
  }

  // ---------------------------------------------------------------- who

  #machine(whom: Whom): Machine {
    const { machines, lastLeader } = this.#site;
    const known = machines.get(whom);
    if (known !== undefined) return known;
    const voters = this.#voters();
    const leader = voters.find((machine) => machine.isLeader()) ?? lastLeader();
    const heir = whom === 'HEIR' ? machines.get(leader?.node?.status().heir ?? '') : undefined;
    const found = heir ?? (whom === 'HEIR' ? voters.find((each) => each !== leader) : leader) ?? voters[0];
    if (found === undefined || (whom !== 'LEADER' && whom !== 'HEIR')) {
      throw new GraftError('INVALID_OPTION', `${whom} is no machine of this world (${this.#ids().join(', ')})`);
    }
    return found;
  }

  #voters(): readonly Machine[] {
    return [...this.#site.machines.values()].filter(({ observer }) => !observer);
  }

  #ids(): readonly string[] {
    return [...this.#site.machines.keys()];
  }

  #tell(text: string, of: { readonly begins?: Fault; readonly ends?: Fault } = {}): void {
    this.#site.tell({ kind: 'fault', text, ...of });
  }
}
