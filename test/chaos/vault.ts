import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NatsServer } from '../support/nats-server.js';
import type { Cleanup } from './cleanup.js';
import type { Transport } from './fault.js';
import { readFileRegister } from './file-register.js';
import { KvWitness } from './kv-register.js';
import type { RegisterSettings } from './member-settings.js';
import type { TakenWrite } from './register.js';

/**
 * The register that the members write to, seen from the outside: a bucket of a nats-server that no fault touches, since
 * it is not of the cluster but what the cluster's leader works on; a file where there is no broker.
 */
export interface Vault {
  readonly settings: RegisterSettings;
  readonly taken: () => Promise<readonly TakenWrite[]>;
}

export interface VaultOptions {
  readonly transport: Transport;
  readonly isGuarded: boolean;
  /** Where its files are. */
  readonly directory: string;
}

export async function openVault(cleanup: Cleanup, options: VaultOptions): Promise<Vault> {
  const { isGuarded } = options;
  if (options.transport === 'http') {
    const path = join(options.directory, 'register');
    writeFileSync(path, '');
    return { settings: { kind: 'file', path, isGuarded }, taken: async () => readFileRegister(path, { isGuarded }) };
  }
  const config = `jetstream { store_dir: ${JSON.stringify(join(options.directory, 'jetstream'))} }`;
  const { url } = cleanup.use(await NatsServer.start({ config }));
  const witness = cleanup.use(await KvWitness.start(url));
  return { settings: { kind: 'kv', url, isGuarded }, taken: () => witness.allTaken() };
}
