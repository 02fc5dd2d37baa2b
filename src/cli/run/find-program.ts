import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * Whether `command` can be run, looked for as a shell does. Asked before the cluster is joined: a node that could not do
 * its work would find out only when it has been elected.
 */
export async function isProgram(command: string, path: string): Promise<boolean> {
  const places = command.includes('/') ? [command] : path.split(delimiter).map((folder) => join(folder, command));
  const found = await Promise.all(places.map(isExecutable));
  return found.includes(true);
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
