import type { NatsConnectOptions } from '../../drivers/nats/connection-like.js';
import { UsageError } from '../failure.js';
import type { Flags, Given } from '../flags.js';
import type { TLS_FLAGS } from '../tls-flags.js';
import { loadAuthenticator } from './authenticator.js';
import { type NatsContext, readNatsContext } from './nats-context.js';

/** As the `nats` command line calls them, variables included. */
export const NATS_FLAGS = {
  server: {
    short: 's',
    value: 'URL',
    env: 'NATS_URL',
    help: 'servers, with commas between',
    default: '127.0.0.1:4222',
  },
  user: { value: 'USER', env: 'NATS_USER', help: 'user, or token where there is no password' },
  password: { value: 'PASSWORD', env: 'NATS_PASSWORD', help: 'password; safer in the variable' },
  token: { value: 'TOKEN', env: 'NATS_TOKEN', help: 'token; safer in the variable' },
  creds: { value: 'FILE', env: 'NATS_CREDS', help: "a user's credentials (JWT and seed)" },
  nkey: { value: 'FILE', env: 'NATS_NKEY', help: "a user's nkey seed" },
  context: { value: 'NAME', env: 'NATS_CONTEXT', help: 'a context of the nats command line' },
} as const satisfies Flags;

/**
 * How to connect: the command line and the environment, over the context that is named; or, where no server is named
 * either, over the one that `nats context select` chose. (That one's credentials are for its own servers.)
 *
 * @throws UsageError; GraftError `DRIVER_FAILED` when credentials are given and no client is installed to use them.
 */
export async function natsOptions(given: Given, env: NodeJS.ProcessEnv): Promise<NatsConnectOptions> {
  const named = given.text('context');
  const mayUseSelected = given.text('server') === undefined;
  const context = named !== undefined || mayUseSelected ? await readNatsContext(named, env) : undefined;
  const text = (flag: keyof typeof NATS_FLAGS | keyof typeof TLS_FLAGS, field: keyof NatsContext) =>
    given.text(flag) ?? context?.[field];
  const servers = (text('server', 'url') ?? 'nats://127.0.0.1:4222').split(',').map((server) => server.trim());
  const [user, password] = [text('user', 'user'), text('password', 'password')];
  const token = text('token', 'token') ?? (password === undefined ? user : undefined);
  const authenticator = await loadAuthenticator({ creds: text('creds', 'creds'), nkey: text('nkey', 'nkey') });
  const [certFile, keyFile, caFile] = [text('tlscert', 'cert'), text('tlskey', 'key'), text('tlsca', 'ca')];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('--tlscert and --tlskey belong together: give both, or neither');
  }
  return {
    servers,
    ...(user !== undefined && password !== undefined && { user, pass: password }),
    ...(token !== undefined && { token }),
    ...(authenticator !== undefined && { authenticator }),
    ...((certFile ?? caFile) !== undefined && { tls: { certFile, keyFile, caFile } }),
  };
}
