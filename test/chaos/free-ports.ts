import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to whoever dials: a port of a process that is down stays free for its next life,
 * and nobody who dials it can be given it as its own and talk to itself.
 */
const FIRST = 18_000;
const COUNT = 12_000;

/** Ports of 127.0.0.1 that nobody listens at. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  let candidate = FIRST + Math.floor(Math.random() * COUNT);
  while (ports.length < count) {
    candidate = FIRST + ((candidate + 1 - FIRST) % COUNT);
    if (await isFree(candidate)) ports.push(candidate);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
