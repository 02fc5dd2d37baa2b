/** DESIGN section 6: what a user hears; whatever the user's code does, the election goes on. */
import { describe, expect, test } from 'vitest';
import type { GraftError } from '../../src/core/errors.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import type { Handler, StateChange } from '../../src/node/handler.js';
import { JumpingClock } from './jumping-clock.js';
import { processWarnings, Recorder, Sim } from './sim.js';

/** Lets the process emit the warnings it owes: it does so in the next tick. */
const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

describe('a state change', () => {
  test('is told to the handler with its own this, then to listeners: stateChange, then elected or deposed', async () => {
    const sim = new Sim(['a']);
    const told: string[] = [];
    class Application implements Handler {
      readonly name = 'application';
      stateChange({ to }: StateChange): void {
        told.push(`${this.name}: ${to}`);
      }
    }
    const { node } = await sim.start('a', { handler: new Application() });
    node.on('stateChange', ({ to }) => told.push(`stateChange: ${to}`));
    node.on('elected', ({ term }) => told.push(`elected: ${term}`));
    node.on('deposed', ({ term, reason }) => told.push(`deposed: ${term} ${reason}`));
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    await sim.run(node.stepDown());
    expect(told.slice(-6)).toEqual([
      'application: LEADER',
      'stateChange: LEADER',
      'elected: 1',
      'application: FOLLOWER',
      'stateChange: FOLLOWER',
      'deposed: 1 steppedDown',
    ]);
  });

  test('gains and losses of LEADER alternate, each loss with the term that was gained, through five handovers', async () => {
    const sim = new Sim();
    await sim.elect();
    for (let round = 0; round < 5; round += 1) {
      await sim.run(sim.elected.leader.node.stepDown());
      await sim.clock.advanceUntil(() => sim.isAgreed(), 5000);
      await sim.clock.advance(1500);
    }
    await sim.end();
    let gains = 0;
    for (const { told } of sim.members.values()) {
      let ledTerm: number | undefined;
      for (const { from, to, term } of told.changes) {
        if (from === 'LEADER') {
          expect(term).toBe(ledTerm);
          ledTerm = undefined;
        }
        if (to === 'LEADER') {
          expect(ledTerm).toBeUndefined();
          ledTerm = term;
          gains += 1;
        }
      }
      expect(ledTerm).toBeUndefined();
      // Nothing is skipped: every change begins where the one before ended.
      expect(told.changes.slice(1).map(({ from }) => from)).toEqual(told.changes.slice(0, -1).map(({ to }) => to));
    }
    expect(gains).toBe(6);
  });

  test('leaderChange tells every node who leads, and who no longer does', async () => {
    const sim = new Sim();
    const { leader, heir, other } = await sim.elect();
    const heard: (string | undefined)[] = [];
    other.node.on('leaderChange', ({ leader: known }) => heard.push(known));
    await sim.run(leader.node.transfer({ to: heir.node.id }));
    await sim.clock.advanceUntil(() => other.node.leader === heir.node.id, 1000);
    expect(heard.at(-1)).toBe(heir.node.id);
    sim.crash(heir.node.id);
    await sim.clock.advanceUntil(() => heard.at(-1) !== heir.node.id, 2000);
    expect(heard.at(-1)).not.toBe(heir.node.id);
  });
});

describe('a handler that fails', () => {
  const failures: readonly [string, Handler][] = [
    [
      'throws',
      {
        stateChange() {
          throw new Error('handler broke');
        },
      },
    ],
    [
      'is async and rejects',
      {
        async stateChange() {
          throw new Error('handler broke');
        },
      },
    ],
    [
      'throws what is no error and makes no text',
      {
        stateChange() {
          throw Object.create(null);
        },
      },
    ],
  ];

  test.each(failures)('%s: reported as HANDLER_FAILED, elected all the same', async (_how, handler) => {
    const sim = new Sim(['a']);
    const errors: GraftError[] = [];
    const { leader } = await sim.elect(() => ({
      handler: { ...handler, asyncError: (error) => void errors.push(error) },
    }));
    await sim.clock.advance(5000);
    expect(leader.node.isLeader()).toBe(true);
    expect(errors).toMatchObject([{ code: 'HANDLER_FAILED', message: expect.stringContaining('handler.stateChange') }]);
    // Three changes to LEADER within one second: one report, all counted.
    expect(leader.node.status().errors).toEqual({ HANDLER_FAILED: 3 });
  });

  test('is slow, longer than the lease: no work begins for a leadership that is over, and its loss is told', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.run(heir.node.close());
    const clock = new JumpingClock(sim.clock);
    const terms: number[] = [];
    const { node, told } = await sim.start(heir.node.id, { clock, log: new MemoryLog() });
    void node.lead(({ term }) => {
      terms.push(term);
    });
    await sim.clock.advance(2000);
    node.once('elected', () => clock.jump(600));
    await sim.run(leader.node.transfer({ to: node.id }));
    await sim.clock.advanceUntil(() => told.path.includes('LEADER'), 1000);
    const ledTerm = node.term;
    expect(node.isLeader()).toBe(false);
    await sim.clock.advance(3000);
    expect(told.changes.find(({ from }) => from === 'LEADER')).toMatchObject({ term: ledTerm, reason: 'leaseExpired' });
    expect(terms).not.toContain(ledTerm);
  });

  test('asyncError throws: nothing breaks, and both errors come out as one warning of the process', async () => {
    const warnings = processWarnings();
    const sim = new Sim(['a']);
    const { leader } = await sim.elect(() => ({
      handler: {
        stateChange() {
          throw new Error('first');
        },
        asyncError() {
          throw new Error('second');
        },
      },
    }));
    await nextTick();
    expect(leader.node.isLeader()).toBe(true);
    expect(warnings).toMatchObject([
      { name: 'GraftWarning', code: 'HANDLER_FAILED', message: expect.stringMatching(/second.*first/) },
    ]);
  });

  test('asyncError is async and rejects: likewise, and the process lives', async () => {
    const warnings = processWarnings();
    const sim = new Sim(['a']);
    await sim.elect(() => ({
      handler: {
        stateChange() {
          throw new Error('first');
        },
        async asyncError() {
          throw new Error('second');
        },
      },
    }));
    await nextTick();
    expect(warnings).toMatchObject([{ message: expect.stringMatching(/second.*first/) }]);
  });

  test('nobody listens for errors: they become warnings of the process', async () => {
    const warnings = processWarnings();
    const sim = new Sim(['a']);
    await sim.elect(() => ({
      handler: {
        stateChange() {
          throw new Error('unheard');
        },
      },
    }));
    await nextTick();
    expect(warnings).toMatchObject([{ name: 'GraftWarning', code: 'HANDLER_FAILED' }]);
  });

  test('somebody listens for the event asyncError: no warning', async () => {
    const warnings = processWarnings();
    const sim = new Sim(['a']);
    const heard: GraftError[] = [];
    const { node } = await sim.start('a', {
      handler: {
        stateChange() {
          throw new Error('heard');
        },
      },
    });
    node.on('asyncError', (error) => heard.push(error));
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    await nextTick();
    expect(heard).toHaveLength(1);
    expect(warnings).toEqual([]);
  });
});

describe('listeners', () => {
  test('one that throws is reported by the name of its event, and the others are called', async () => {
    const sim = new Sim(['a']);
    const { node, told } = await sim.start('a');
    const heard: string[] = [];
    const broken = (): void => {
      throw new Error('listener broke');
    };
    node.on('stateChange', broken).on('elected', broken);
    node.on('elected', () => heard.push('elected'));
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    expect(heard).toEqual(['elected']);
    expect(told.errors.map(({ message }) => message)).toEqual([
      "a listener of 'stateChange' failed: listener broke",
      "a listener of 'elected' failed: listener broke",
    ]);
  });

  test('one that is async and rejects is reported and does not end the process', async () => {
    const sim = new Sim(['a']);
    const { node, told } = await sim.start('a');
    node.on('elected', async () => {
      throw new Error('later');
    });
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    await sim.clock.advance(1);
    expect(told.codes).toEqual(['HANDLER_FAILED']);
  });

  test('a listener of asyncError that throws does not go in circles', async () => {
    const sim = new Sim(['a']);
    const { node, told } = await sim.start('a');
    const broken = (): void => {
      throw new Error('again and again');
    };
    node.on('elected', broken).on('asyncError', broken);
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    expect(told.errors.map(({ message }) => message)).toEqual([
      "a listener of 'elected' failed: again and again",
      "a listener of 'asyncError' failed: again and again",
    ]);
  });

  test('once hears one event; off takes a listener back, for that event alone', async () => {
    const sim = new Sim(['a']);
    const { node } = await sim.start('a');
    const heard: string[] = [];
    const both = (event: object): void => void heard.push('from' in event ? 'stateChange' : 'elected');
    node.once('stateChange', () => heard.push('once'));
    node.on('stateChange', both).on('elected', both).off('stateChange', both);
    const onceOff = (): void => void heard.push('never');
    node.once('elected', onceOff).off('elected', onceOff);
    node.off('deposed', () => undefined);
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    expect(heard).toEqual(['once', 'elected']);
  });
});

describe('calls from inside stateChange', () => {
  test('close() on becoming LEADER: leadership is told gained, lost, and the node closed, in that order', async () => {
    const sim = new Sim();
    const told = new Recorder();
    const { node } = await sim.start('a', { handler: told });
    let closing: Promise<void> | undefined;
    let runs = 0;
    const leading = node.lead(() => {
      runs += 1;
    });
    node.on('elected', () => {
      closing = node.close();
    });
    await sim.start('b', { priority: 0 });
    await sim.start('c', { priority: 0 });
    await sim.clock.advanceUntil(() => closing !== undefined, 5000);
    await sim.run(Promise.all([closing, leading]));
    expect(told.path.slice(-3)).toEqual(['LEADER', 'FOLLOWER', 'CLOSED']);
    expect({ runs, codes: told.codes }).toEqual({ runs: 0, codes: [] });
  });

  test('stepDown() on becoming LEADER: it is put down again, and no work begins for a leadership that is going', async () => {
    const sim = new Sim(['a']);
    const { node, told } = await sim.start('a');
    const terms: number[] = [];
    void node.lead(({ term }) => {
      terms.push(term);
    });
    let down: Promise<void> | undefined;
    node.once('elected', () => {
      down = node.stepDown();
    });
    await sim.clock.advanceUntil(() => down !== undefined, 5000);
    await sim.run(down ?? Promise.resolve());
    expect(told.path.slice(-2)).toEqual(['LEADER', 'FOLLOWER']);
    expect(terms).toEqual([]);
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    await sim.clock.advance(1);
    expect(terms).toEqual([2]);
  });

  test('lead() on becoming LEADER: the work begins at once, once', async () => {
    const sim = new Sim(['a']);
    const { node } = await sim.start('a');
    const terms: number[] = [];
    node.on('elected', () => {
      void node.lead(({ term }) => {
        terms.push(term);
      });
    });
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    await sim.clock.advance(1);
    expect(terms).toEqual([1]);
  });
});
