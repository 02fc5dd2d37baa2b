import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';
import type { RpcDriver } from '../../drivers/rpc-driver.js';
import { causeText } from '../../node/cause-text.js';
import type { ModuleDescription, RpcDescription } from '../between/rpc-description.js';

/**
 * Makes the driver that is described.
 * @throws GraftError `DRIVER_FAILED` when the user's module does not load, or fails; `INVALID_OPTION` when it has no such
 *   export; what the driver's constructor throws.
 */
export async function makeDriver(description: RpcDescription): Promise<RpcDriver> {
  if ('nats' in description) {
    const { NatsRpcDriver } = await import('../../drivers/nats/index.js');
    return new NatsRpcDriver(description.nats, description.options);
  }
  if ('http' in description) {
    const { HttpRpcDriver } = await import('../../drivers/http/index.js');
    return new HttpRpcDriver(description.http);
  }
  return await makeByModule(description);
}

async function makeByModule({ module, export: name = 'default', options }: ModuleDescription): Promise<RpcDriver> {
  const url = String(module);
  const loaded: Record<string, unknown> = await attempt(`rpc.module ${url} does not load`, () => import(url));
  const make = loaded[name];
  if (typeof make !== 'function') {
    throw new GraftError(
      'INVALID_OPTION',
      `rpc.module ${url} exports ${describe(make)} as ${describe(name)}: name a function that makes the driver in rpc.export`,
    );
  }
  return await attempt(`${describe(name)} of rpc.module ${url} failed`, async () => await make(options));
}

async function attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    throw new GraftError('DRIVER_FAILED', `${what}: ${causeText(cause)}`, { cause });
  }
}
