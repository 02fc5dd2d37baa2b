// A process that owns a log: node log-process.mjs <directory of compiled src> <log file>
// Takes a command a line on stdin, answers a line on stdout: { ok } or { error: { code, message, errno } }.
//   open, close
//   save     { state, stopAt? }  stopAt: says { stopped } before that call of the save, and hangs there to be killed
//   overwrite  the same without FileLog: truncates and writes in place, as Go graft does
//   flood    saves term after term, saying { saved } after each, until killed
import { writeSync } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [compiled, file] = process.argv.slice(2);
const { FileLog } = await import(pathToFileURL(join(compiled, 'log/file-log.js')).href);
const { nodeFileSystem } = await import(pathToFileURL(join(compiled, 'log/node-file-system.js')).href);
const { encodeLog } = await import(pathToFileURL(join(compiled, 'log/image.js')).href);

let stopAt;
const real = nodeFileSystem(process.platform);
const log = new FileLog(file, {
  fs: {
    async open(path, flags, mode) {
      await reach(`open ${flags}`);
      return steppedHandle(await real.open(path, flags, mode));
    },
    async rename(from, to) {
      await reach('rename');
      await real.rename(from, to);
    },
    rm: real.rm,
    stat: real.stat,
  },
});

function steppedHandle(handle) {
  return {
    async chmod(mode) {
      await reach('chmod');
      await handle.chmod(mode);
    },
    async writeFile(bytes) {
      await reach('write');
      if (stopAt === 'half of write') await handle.writeFile(bytes.subarray(0, bytes.length / 2));
      await reach('half of write');
      await handle.writeFile(bytes);
    },
    async sync() {
      const isDirectory = (await handle.stat({ bigint: true })).isDirectory();
      await reach(isDirectory ? 'sync directory' : 'sync');
      await handle.sync();
    },
    async overwrite(bytes, position) {
      await reach('overwrite');
      if (stopAt === 'half of overwrite') await writeUnsynced(bytes.subarray(0, bytes.length / 2 + 100), position);
      await reach('half of overwrite');
      if (stopAt === 'sync data') await writeUnsynced(bytes, position);
      await reach('sync data');
      await handle.overwrite(bytes, position);
    },
    readFile: () => handle.readFile(),
    stat: (options) => handle.stat(options),
    close: () => handle.close(),
  };
}

/** What an overwrite has done before its bytes are on the disk. */
async function writeUnsynced(bytes, position) {
  const handle = await nodeFs.open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, position);
  await handle.close();
}

async function reach(step) {
  if (step !== stopAt) return;
  say({ stopped: step });
  await new Promise(() => {});
}

const commands = {
  open: () => log.open(),
  close: () => log.close(),
  save: ({ state }) => log.save(state),
  async overwrite({ state }) {
    const handle = steppedHandle(await real.open(file, 'w'));
    await handle.writeFile(encodeLog(state));
  },
  async flood({ state }) {
    for (let term = state.term; ; term += 1) {
      await log.save({ ...state, term });
      say({ saved: term });
    }
  },
};

function say(answer) {
  // Synchronous: what was said before a SIGKILL has been said.
  writeSync(1, `${JSON.stringify(answer)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  stopAt = command.stopAt;
  try {
    say({ ok: (await commands[command.do](command)) ?? null });
  } catch (error) {
    say({ error: { code: error.code, message: error.message, errno: error.cause?.code } });
  }
}
