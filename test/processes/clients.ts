import type { ClientPackage } from './member.js';

/** For `describe.each`: a member may use either. */
export const CLIENTS: readonly { readonly client: ClientPackage }[] = [
  { client: 'nats' },
  { client: '@nats-io/transport-node' },
];
