import { readFile } from 'node:fs/promises';

/** The members of a type, read from the source up to the next empty line: types are gone when tests run. */
export async function membersOf(file: string, declaration: RegExp, member: RegExp): Promise<readonly string[]> {
  const source = await readFile(new URL(`../../src/${file}`, import.meta.url), 'utf8');
  const start = declaration.exec(source)?.index ?? Number.NaN;
  const end = source.indexOf('\n\n', start);
  const body = source.slice(start, end < 0 ? undefined : end);
  return [...body.matchAll(member)].map(([, name = '']) => name);
}
