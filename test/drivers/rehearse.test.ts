/** What a driver rehearses is encoded and decoded as it would be sent and heard: that it goes nowhere is shown by the suite. */
import { expect, test } from 'vitest';
import type { NodeId } from '../../src/core/names.js';
import { HttpRpcDriver } from '../../src/drivers/http/index.js';
import { NatsRpcDriver } from '../../src/drivers/nats/index.js';
import type { RpcDriver } from '../../src/drivers/rpc-driver.js';
import { ConsultingDriver } from '../../src/thread/worker/consulting-driver.js';
import { heartbeat } from './nats/recorder.js';

const peers = { a: 'http://127.0.0.1:7400' };
const overNats = () => new NatsRpcDriver({ servers: 'nats://127.0.0.1:4222' });

test.each<[driver: string, create: () => RpcDriver, field: string]>([
  ['NatsRpcDriver', overNats, 'Leader'],
  ['HttpRpcDriver in protobuf', () => new HttpRpcDriver({ peers }), 'Leader'],
  ['HttpRpcDriver in JSON', () => new HttpRpcDriver({ peers, body: 'json' }), 'leader_id'],
  ['the driver that asks the application first', () => new ConsultingDriver(overNats(), async () => true), 'Leader'],
])('%s encodes what it is handed and finds out what cannot be decoded, before it is opened', (_name, create, field) => {
  const driver = create();
  driver.rehearse?.(heartbeat(1));
  // Only who decodes looks at ids, and names the field as the wire does.
  const spoilt = { ...heartbeat(1), leader: 'not a name!' as NodeId };
  expect(() => driver.rehearse?.(spoilt)).toThrow(
    expect.objectContaining({ code: 'MALFORMED_MESSAGE', message: expect.stringContaining(`: ${field} is`) }),
  );
});
