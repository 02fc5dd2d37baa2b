import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A page of the documentation: its path from the project's folder, and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

export async function readPage(path: string): Promise<Page> {
  return { path, text: await readFile(`${root}${path}`, 'utf8') };
}

/** Every page: those beside the README, and those in docs/. */
export async function readPages(): Promise<readonly Page[]> {
  const [top, docs] = await Promise.all([readdir(root), readdir(`${root}docs`, { recursive: true })]);
  const paths = [...top, ...docs.map((name) => `docs/${name}`)].filter((path) => path.endsWith('.md'));
  return await Promise.all(paths.sort().map(readPage));
}
