import { readdir, readFile } from 'node:fs/promises';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

/** The folder that the addresses begin at: a file imports another by the same path in the project and in the browser. */
const ROOT = new URL('../', import.meta.url);
const PAGE = 'dashboard/page/';
/** What the page shares with the command line. */
const SHARED: readonly string[] = ['time-text.js', 'dashboard/page-protocol.js'];

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['svg', 'image/svg+xml'],
]);

/**
 * What the page is made of, by address. It is read once, so that a page is whole or missing from the start, and so that
 * nothing that is asked for leads to a file.
 */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const names = (await readdir(new URL(PAGE, ROOT))).map((name) => PAGE + name);
  const reading = [...names, ...SHARED].map(async (name) => {
    const type = TYPES.get(name.split('.').at(-1) ?? '');
    // Source maps, and their sources, are for who works on it.
    if (type === undefined) return [];
    const path = name === `${PAGE}index.html` ? '/' : `/${name}`;
    return [[path, { type, body: await readFile(new URL(name, ROOT)) }] as const];
  });
  return new Map((await Promise.all(reading)).flat());
}
