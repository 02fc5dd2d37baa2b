import { connect as connectV3, type ConnectionOptions as OptionsV3 } from '@nats-io/transport-node';
import { connect as connectV2, type ConnectionOptions as OptionsV2 } from 'nats';
import type { NatsConnectionLike } from '../../../src/drivers/nats/index.js';

/** Options that both majors know. */
type Options = OptionsV2 & OptionsV3;

/** What tests look at beyond what the driver needs. */
interface TestConnection extends NatsConnectionLike {
  stats(): { readonly inMsgs: number };
}

export interface NatsClient {
  readonly name: string;
  readonly connect: (options: Options) => Promise<TestConnection>;
}

/** That both fit the return type is the proof, by the compiler, that the driver's structural type covers them. */
export const CLIENTS: readonly NatsClient[] = [
  { name: 'nats 2.x', connect: (options) => connectV2(options) },
  { name: '@nats-io/transport-node 3.x', connect: (options) => connectV3(options) },
];
