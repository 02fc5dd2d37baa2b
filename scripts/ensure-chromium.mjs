// Finds a Chromium, or installs one. From the command line it prints the path and the version. Nothing but Node's own
// modules may be imported here: it also runs in an empty clone.
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installWithApt, installWithBrew, run } from './install-package.mjs';

const EXECUTABLES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Applications of macOS are on no PATH. */
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * A Chromium that runs: the one that GRAFT_CHROMIUM names, or else one that is found, or else one that is installed with
 * apt-get or brew.
 *
 * Resolves with `path`, `version` (as in `Chromium 130.0.6723.91`) and `how` it was come by. Rejects with all that was
 * tried.
 */
export async function ensureChromium({ log = (line) => console.error(line) } = {}) {
  const given = process.env.GRAFT_CHROMIUM;
  if (given) {
    const version = await versionOf(given);
    // Taking another one silently would test something else than was asked for.
    if (version === undefined) throw new Error(`GRAFT_CHROMIUM is ${given}: that is no Chromium that runs.`);
    return { path: given, version, how: 'GRAFT_CHROMIUM' };
  }

  const found = await findChromium();
  if (found) return { ...found, how: 'found' };

  const tried = [];
  for (const install of [() => installWithApt('chromium', log), () => installWithBrew(['--cask', 'chromium'], log)]) {
    const { name, failure } = await install();
    const installed = failure === undefined ? await findChromium() : undefined;
    if (installed) return { ...installed, how: name };
    tried.push(`  ${name}: ${failure ?? 'it succeeded, and yet no Chromium is where one was looked for'}`);
  }
  throw new Error(
    [
      'There is no Chromium here, and none could be installed.',
      `Looked for: ${candidates().join(', ')}`,
      'Tried:',
      ...tried,
      'Install one and put it on the PATH, or set GRAFT_CHROMIUM to its path.',
    ].join('\n'),
  );
}

async function findChromium() {
  for (const path of candidates()) {
    const version = await versionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

function candidates() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = [...new Set([...folders, '/usr/bin'])].flatMap((folder) =>
    EXECUTABLES.map((name) => join(folder, name)),
  );
  return [...onPath, ...APPLICATIONS];
}

async function versionOf(path) {
  const { ok, output } = await run(path, ['--version']);
  return ok ? /(?:Chromium|Google Chrome) \d[\d.]+/.exec(output)?.[0] : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { path, version, how } = await ensureChromium();
    console.log(`${path} ${version} (${how})`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
