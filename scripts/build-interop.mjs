// Builds with Go what the interop tests run, from the versions that test/interop/go/go.mod names, into .cache/bin: the
// newest nats-server and the program `frames`. From the command line it prints the path of the nats-server; exit code 3
// says that there is no Go toolchain. Nothing but Node's own modules may be imported here.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const module = join(project, 'test/interop/go');
const target = join(project, '.cache/bin');
const suffix = process.platform === 'win32' ? '.exe' : '';

/** What a script exits with where interop cannot be tested at all, which is no failure of the tests. */
export const NO_GO_EXIT_CODE = 3;

/** There is no Go, or one that is too old. */
export class NoGoToolchain extends Error {}

/**
 * @returns the paths of what was built, and the version of the nats-server.
 * @throws NoGoToolchain; an Error when a build fails.
 */
export function buildInterop() {
  checkGo();
  mkdirSync(target, { recursive: true });
  const natsServer = build('nats-server-newest', 'github.com/nats-io/nats-server/v2');
  const frames = build('frames', './frames');
  const { stdout } = spawnSync(natsServer, ['--version'], { encoding: 'utf8' });
  return { natsServer, frames, version: /nats-server: v(\S+)/.exec(stdout)?.[1] };
}

function checkGo() {
  const [, needed] = /^go (\S+)$/m.exec(readFileSync(join(module, 'go.mod'), 'utf8'));
  const advice = `the interop tests need Go ${needed} or newer (https://go.dev/dl). Everything else runs without it.`;
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new NoGoToolchain(`There is no Go toolchain here: ${advice}`);
  const found = stdout.trim().replace(/^go/, '');
  if (isOlder(found, needed)) throw new NoGoToolchain(`Go here is ${found}: ${advice}`);
}

function isOlder(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  const at = b.findIndex((part, index) => part !== (a[index] ?? 0));
  return at !== -1 && (a[at] ?? 0) < b[at];
}

function build(name, source) {
  const path = join(target, `${name}${suffix}`);
  const { status } = spawnSync('go', ['build', '-mod=readonly', '-buildvcs=false', '-o', path, source], {
    cwd: module,
    // No C compiler is needed, and a workspace of the user's has no say in the versions.
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    // Go's own output goes to stderr: stdout is the answer.
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) throw new Error(`go build ${source} failed: see above. Is the Go module proxy reachable?`);
  return path;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(buildInterop().natsServer);
  } catch (error) {
    console.error(error.message);
    process.exitCode = error instanceof NoGoToolchain ? NO_GO_EXIT_CODE : 1;
  }
}
