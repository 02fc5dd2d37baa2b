import { readFile, readlink, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GraftError } from '../../core/errors.js';
import { decodeLog } from '../../log/image.js';
import { isAlive } from '../../log/life-sign.js';
import { describeSelf, parseOwner } from '../../log/lock-owner.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { table } from '../table.js';

export const logCommand: Command = {
  summary: 'what a log file says, checked',
  usage: 'FILE [options]',
  details:
    'Reads and checks the file in which a node keeps its term and vote, of this library or of Go graft. It takes no lock and\n' +
    'changes nothing, so the node may run meanwhile.',
  examples: ['graft log /var/lib/reports/graft.json', 'graft log graft.json --json | jq .term'],
  flags: [],
  exits: ['log'],
  async run({ given, terminal }) {
    const [path, ...rest] = given.words;
    if (path === undefined || rest.length > 0) throw new UsageError('graft log takes one FILE');
    const said = { file: path, ...(await readLog(path)) };
    if (terminal.json) {
      terminal.value(said);
      return EXIT.done;
    }
    const { term, vote, id, isNew, owner } = said;
    const rows = [
      ['file', path],
      ['node', id ?? 'not said: a new log, or one that Go graft wrote'],
      ['term', String(term)],
      ['vote', vote === undefined ? 'none in this term' : JSON.stringify(vote)],
      ['new', isNew ? 'yes: it owes the longer wait of a new log before it votes' : 'no'],
      ['in use', owner === undefined ? 'no' : `by process ${owner.pid} on ${owner.host}`],
      ['checked', terminal.paint('green', 'the digest is right')],
    ];
    for (const line of table(rows)) terminal.line(line);
    return EXIT.done;
  },
};

interface LogSaid {
  readonly id: string | undefined;
  readonly term: number;
  readonly vote: string | undefined;
  readonly isNew: boolean;
  /** Who has it open, as far as can be seen from here. */
  readonly owner: { readonly pid: number; readonly host: string } | undefined;
}

async function readLog(path: string): Promise<LogSaid> {
  // Resolved once: a save may replace the file, and the lock is beside it.
  const file = await realpath(path).catch(unreadable(path));
  const bytes = await readFile(file).catch(unreadable(path));
  const { term, votedFor, nodeId, isNew } = decodeLog(bytes, path);
  return { id: nodeId, term, vote: votedFor, isNew, owner: await ownerOf(file) };
}

function unreadable(path: string): (cause: Error) => never {
  return (cause) => {
    throw new GraftError('LOG_READ_FAILED', `log ${path} cannot be read: ${cause.message}`, { cause });
  };
}

/** A lock that a crash left is nobody's; one of another machine is taken at its word. */
async function ownerOf(file: string): Promise<LogSaid['owner']> {
  const owner = parseOwner(await readlink(`${file}.lock`).catch(() => ''));
  if (owner === undefined) return undefined;
  const { kernel } = await describeSelf(owner.socket);
  const { pid, host, socket } = owner;
  const mayBeAlive = owner.kernel !== kernel || (await isAlive(dirname(file), socket).catch(() => true));
  return mayBeAlive ? { pid, host } : undefined;
}
