// `npm run demo`, as a stranger runs it: against a real nats-server, in memory, and by hand.
import { describe, expect, test, vi } from 'vitest';
import { DemoProcess } from './demo-process.js';

// Five elections, and watching that nothing disturbs: 10 s on an idle machine.
vi.setConfig({ testTimeout: 120_000 });

/** What each chapter must say of its election, in order, with a later term each time. */
const CHAPTERS = [
  /1\. Three members start.*?=> {3}\d+ ms: ([abc]) leads term (\d+)\..* ok\n/s,
  /2\. The leader is lost.*?=> {3}\d+ ms: ([abc]) leads term (\d+)\..* ok\n.*is back and follows.*undisturbed/s,
  /3\. The leader ends in order.*?=> {3}\d+ ms: ([abc]) leads term (\d+); nobody led for [\d.]+ ms of it\./s,
  /4\. The leader stands still.*?=> {3}\d+ ms: ([abc]) leads term (\d+)\..*its first word was that it does not lead/s,
  /5\. Nobody reaches anybody.*stopped leading \d+ ms later, by itself.*?=> {3}\d+ ms: ([abc]) leads term (\d+)\./s,
];

function expectWholeStory(stdout: string): void {
  const found = CHAPTERS.map((chapter) => chapter.exec(stdout));
  expect(found).not.toContain(null);
  const terms = found.map((match) => Number(match?.[2]));
  expect(terms).toEqual([...new Set(terms)].sort((one, other) => one - other));
  const leaders = found.map((match) => match?.[1]);
  for (const lost of [1, 2, 3]) expect(leaders[lost]).not.toBe(leaders[lost - 1]);
  expect(stdout).toMatch(/in \d{2,} answers of isLeader\(\), never two at one instant/);
  expect(stdout).toMatch(/Everything happened as shown\.\n$/);
  // Not a terminal: lines, and nothing else.
  expect(stdout).not.toContain('\x1b');
  expect(stdout).not.toContain('\r');
}

describe('npm run demo', () => {
  test('three processes over a real nats-server lose their leader in every way, and the demo ends by itself', async () => {
    await using demo = new DemoProcess();
    expect(await demo.end(), demo.stdout + demo.stderr).toBe(0);
    expect(demo.stdout).toMatch(/^Three processes elect a leader over a real nats-server, version \d/);
    expect(demo.stdout).toMatch(/\* {2}kill -9 of [abc]\n.*ended \(SIGKILL\)/s);
    expect(demo.stdout).toMatch(/\* {2}SIGTERM to [abc]\n.*ended \(exit code 0\)/s);
    expectWholeStory(demo.stdout);
    demo.expectNothingLeft();
    // The server, three members, and the two that were started again.
    expect(new Set(demo.traces.pids).size).toBe(6);
  });

  test('--memory: the same story with cuts instead of kills, and it says so', async () => {
    await using demo = new DemoProcess(['--memory']);
    expect(await demo.end(), demo.stdout + demo.stderr).toBe(0);
    expect(demo.stdout).toMatch(/^Three nodes in ONE process elect a leader over an IN-MEMORY network/);
    expect(demo.stdout).toContain('--memory was given');
    expect(demo.stdout).toMatch(/\* {2}[abc] is cut off from the network\n/);
    expectWholeStory(demo.stdout);
    expect(demo.stderr).toBe('');
  });

  test('without a nats-server it says why it goes on in memory, and SIGTERM ends it', async () => {
    await using demo = new DemoProcess([], { GRAFT_NATS_SERVER: process.execPath });
    await demo.prints(/IN-MEMORY network.*GRAFT_NATS_SERVER is .*: that is no nats-server that runs.*started, pid/s);
    demo.signal('SIGTERM');
    expect(await demo.end()).toBe(143);
    expect(demo.stderr).toContain('interrupted by SIGTERM');
    expect(demo.stdout).not.toContain('Everything happened');
  });

  test('Ctrl-C after the leader was stopped ends the members, the stopped one too, and the server', async () => {
    await using demo = new DemoProcess();
    await demo.prints(/SIGSTOP to [abc]/);
    demo.signal('SIGINT');
    expect(await demo.end()).toBe(130);
    expect(demo.stderr).toContain('interrupted by SIGINT');
    demo.expectNothingLeft();
  });

  test('it cannot say that all went well when it did not: a member that is killed from outside fails it', async () => {
    await using demo = new DemoProcess();
    const [, pid] = await demo.prints(/ b {2}started, pid (\d+)/);
    process.kill(Number(pid), 'SIGKILL');
    expect(await demo.end()).toBe(1);
    expect(demo.stderr).toContain('The demo FAILED: b ended, and nobody ended it (SIGKILL)');
    expect(demo.stdout).not.toContain('Everything happened');
    demo.expectNothingLeft();
  });

  test('an option that is none is refused with the list of those that are', async () => {
    await using demo = new DemoProcess(['--fast']);
    expect(await demo.end()).toBe(2);
    expect(demo.stderr).toMatch(/--fast.*--interactive/s);
  });
});

describe('npm run demo -- --interactive', () => {
  test('kill, restart, hand over, stop, continue, server away and back, SIGTERM, quit: typed by a person', async () => {
    await using demo = new DemoProcess(['--interactive']);
    await demo.prints(/=> [abc] leads term \d+, \d+ ms after "the start"/);

    await demo.settles();
    const [, killed = ''] = await demo.type('k', /kill -9 of ([abc]).*=> [abc] leads term \d+, \d+ ms after "kill -9/s);
    await demo.type('l', new RegExp(`${killed} down`));
    await demo.type(`s ${killed}`, /is down: that does not apply/);
    await demo.type(`r ${killed}`, new RegExp(`${killed} {2}started.*${killed} {2}follows`, 's'));
    await demo.settles();

    await demo.type('h', /is told to hand over\n.*=> [abc] leads term \d+, \d+ ms after ".* is told to hand over"/s);
    await demo.settles();
    const [, stopped = ''] = await demo.type(
      's',
      /SIGSTOP to ([abc]).*=> [abc] leads term \d+, \d+ ms after "SIGSTOP/s,
    );
    await demo.type(`c ${stopped}`, new RegExp(`${stopped} {2}LEADER -> FOLLOWER.*${stopped} {2}follows`, 's'));
    await demo.settles();

    await demo.type('n', /the nats-server\n.*LEADER -> FOLLOWER {2}term \d+, the lease ran out/s);
    await demo.type('n', /=> [abc] leads term \d+, \d+ ms after "the nats-server is started again"/);
    await demo.settles();
    await demo.type('t', /SIGTERM to [abc].*ended \(exit code 0\)/s);

    await demo.type('k nobody', /There is no member nobody/);
    await demo.type('x', /There is no command "x"/);
    await demo.type('q', /Ended; everything that was started is stopped/);
    expect(await demo.end(), demo.stdout + demo.stderr).toBe(0);
    demo.expectNothingLeft();
  });

  test('--memory: members are cut off and connected again, and the end of the input is the end', async () => {
    await using demo = new DemoProcess(['--interactive', '--memory']);
    await demo.prints(/=> [abc] leads term \d+, /);
    await demo.settles();
    const [, lost = ''] = await demo.type('k', /([abc]) is cut off from the network\n.*=> [abc] leads term \d+/s);
    await demo.type(`r ${lost}`, new RegExp(`${lost} is connected again.*${lost} {2}follows`, 's'));
    demo.closeInput();
    expect(await demo.end(), demo.stdout + demo.stderr).toBe(0);
  });
});
