/** The driver in memory: what it adds to the network; that it keeps the contract is shown by the suite. */
import { expect, test } from 'vitest';
import { type GraftError, type Message, parseClusterName, parseNodeId } from '../../../src/drivers/index.js';
import { MemoryNetwork, MockRpcDriver, NodeClock, SimulatedClock } from '../../../src/testing/index.js';

const CLUSTER = parseClusterName('orders');
const [A, B] = [parseNodeId('a'), parseNodeId('b')];

const heartbeat = (round: number): Message => ({
  kind: 'heartbeat',
  term: 4,
  leader: A,
  round,
  heir: B,
  incarnation: 17,
});

test('a message arrives as a copy: it was bytes on the way', async () => {
  const { clock, a, b } = await twoNodes();
  const sent = heartbeat(1);
  a.driver.broadcast(sent);
  await clock.advance(0);
  expect(b.received).toEqual([sent]);
  expect(b.received[0]).not.toBe(sent);
});

test('an option that there is none is refused, by its name', () => {
  const create = () => Reflect.construct(MockRpcDriver, [new MemoryNetwork(), { clocks: [] }]);
  expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  expect(create).toThrow('clocks is no option');
});

test('an injected message is received, injected garbage reported, and the node goes on hearing', async () => {
  const { clock, network, a, b } = await twoNodes();
  network.inject({ cluster: CLUSTER, to: B }, heartbeat(8));
  network.inject({ cluster: CLUSTER, to: B }, Uint8Array.of(255, 255));
  a.driver.send(B, { kind: 'timeoutNow', term: 4, leader: A });
  await clock.advance(0);
  expect(b.received).toEqual([heartbeat(8), { kind: 'timeoutNow', term: 4, leader: A }]);
  expect(b.reported.map(({ code }) => code)).toEqual(['MALFORMED_MESSAGE']);
});

test('what arrives for a paused process waits until it is resumed', async () => {
  const { clock, a, b } = await twoNodes();
  b.clock.pause();
  a.driver.broadcast(heartbeat(1));
  await clock.advance(3_000);
  expect(b.received).toEqual([]);
  b.clock.resume();
  await clock.advance(0);
  expect(b.received).toEqual([heartbeat(1)]);
});

test('what waits for a paused process that is closed before it is resumed is never received', async () => {
  const { clock, a, b } = await twoNodes();
  b.clock.pause();
  a.driver.broadcast(heartbeat(1));
  await clock.advance(10);
  await b.driver.close();
  b.clock.resume();
  await clock.advance(0);
  expect(b.received).toEqual([]);
});

test('an init that was aborted may be tried again; a closed driver may not', async () => {
  const driver = new MockRpcDriver(new MemoryNetwork());
  const context = { cluster: CLUSTER, id: A, interop: false, receive: () => undefined, report: () => undefined };
  await expect(driver.init(context, AbortSignal.abort(new Error('changed my mind')))).rejects.toThrow(
    'changed my mind',
  );
  await driver.init(context);
  await driver.close();
  await expect(driver.init(context)).rejects.toMatchObject({ code: 'DRIVER_IN_USE' });
});

async function twoNodes() {
  const clock = new SimulatedClock();
  const network = new MemoryNetwork({ clock });
  const join = async (id: typeof A) => {
    const received: Message[] = [];
    const reported: GraftError[] = [];
    const nodeClock = new NodeClock(clock);
    const driver = new MockRpcDriver(network, { clock: nodeClock });
    await driver.init({
      cluster: CLUSTER,
      id,
      interop: false,
      receive: (message) => void received.push(message),
      report: (error) => void reported.push(error),
    });
    return { driver, received, reported, clock: nodeClock };
  };
  return { clock, network, a: await join(A), b: await join(B) };
}
