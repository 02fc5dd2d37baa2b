import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UsageError } from '../failure.js';

const FIELDS = ['url', 'user', 'password', 'token', 'creds', 'nkey', 'cert', 'key', 'ca'] as const;

/** These are paths: a password is left as it is, whatever it looks like. */
const FILES: ReadonlySet<string> = new Set(['creds', 'nkey', 'cert', 'key', 'ca']);

/** What a context of the nats command line says of connecting; files with `~` and variables filled in. */
export type NatsContext = { readonly [Field in (typeof FIELDS)[number]]?: string | undefined };

/** What contexts may hold besides, and this program cannot do. */
const UNABLE = ['nsc', 'socks_proxy', 'user_jwt', 'windows_cert_store'] as const;

/**
 * The context called `name`, or in the file `name` if that is an absolute path; without one, the one that is selected, if
 * any is.
 * @throws UsageError when it is not there, is no JSON, or asks for what cannot be had here.
 */
export async function readNatsContext(
  name: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<NatsContext | undefined> {
  const home = env['HOME'] ?? homedir();
  const folder = join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'nats');
  const selected = name ?? (await selectedIn(folder));
  if (selected === undefined) return undefined;
  const file = isAbsolute(selected) ? selected : join(folder, 'context', `${checkName(selected)}.json`);
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new UsageError(`the nats context ${JSON.stringify(selected)} cannot be read: ${cause.message}`);
  });
  return read(text, file, (value) => fillIn(value, home, env));
}

async function selectedIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'context.txt'), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

function checkName(name: string): string {
  if (!/[/\\]|^\.\.?$/.test(name)) return name;
  throw new UsageError(`the nats context ${JSON.stringify(name)} is neither a name nor an absolute path`);
}

function read(text: string, file: string, fill: (value: string) => string): NatsContext {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`the nats context in ${file} is not JSON`);
  }
  const fields = new Map(Object.entries(Object(value)));
  const unable = UNABLE.filter((field) => (fields.get(field) ?? '') !== '');
  if (unable.length > 0) {
    throw new UsageError(
      `the nats context in ${file} has ${unable.join(', ')}, which graft does not know: use --creds`,
    );
  }
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const given = fields.get(field);
      return typeof given === 'string' && given !== '' ? [[field, FILES.has(field) ? fill(given) : given]] : [];
    }),
  );
}

/** As the nats command line does: `~` is the home, `$NAME` and `${NAME}` the environment's. */
function fillIn(value: string, home: string, env: NodeJS.ProcessEnv): string {
  const expanded = value.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => env[braced ?? bare] ?? '');
  return expanded.replace(/^~(?=\/|$)/, home);
}
