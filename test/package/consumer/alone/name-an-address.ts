// Types that speak of HTTP, where undici is not installed: ours must not need its own.
import { createServer } from 'node:http';
import { type HttpDriverOptions, HttpRpcDriver } from 'graft-election/http';

export function driverAt(options: HttpDriverOptions): HttpRpcDriver {
  const driver = new HttpRpcDriver({ ...options, listen: 'mounted' });
  createServer(driver.handler);
  return driver;
}
