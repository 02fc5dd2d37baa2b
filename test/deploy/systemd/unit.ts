import { readFile } from 'node:fs/promises';

const folder = new URL('../../../deploy/systemd/', import.meta.url);

/** deploy/systemd/graft@.service, as it is. */
export const unit = await readFile(new URL('graft@.service', folder), 'utf8');

/** deploy/systemd/reports.env, as it is. */
export const environment = await readFile(new URL('reports.env', folder), 'utf8');

/** What the unit sets, by name; of a name that stands there more than once, the last. */
export const settings: ReadonlyMap<string, string> = new Map(
  unit
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
);

export const command = settings.get('ExecStart') ?? '';
