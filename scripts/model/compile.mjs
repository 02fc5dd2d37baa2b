// Compiles src/core and test/model for the model checker, and opens the core: its private names `#name` become `$name`,
// so that the whole state of an elector can be read, copied and compared. Nothing else changes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledOnce } from '../compiled-once.mjs';

const PARTS = ['src/core', 'test/model', 'test/core/twins'];
/** Where names are opened: electors, and electors with a rule taken away. */
const OPENED = ['src/core', 'test/core/twins'];

/**
 * The folder with the compiled model, `test/model/` and `src/core/` below it.
 * @returns its path.
 */
export function compiledModelDir() {
  return compiledOnce('graft-election-model', PARTS, {
    finish: (folder) => {
      for (const part of OPENED) openNames(join(folder, part));
    },
    version: readFileSync(fileURLToPath(import.meta.url), 'utf8'),
  });
}

function openNames(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const path = join(folder, name);
    const sealed = readFileSync(path, 'utf8');
    if (/\$[A-Za-z]\w*\s*[=;(.]/.test(sealed))
      throw new Error(`${name} has names with $ already: they could be mixed up`);
    writeFileSync(path, sealed.replace(/#([A-Za-z_]\w*)/g, '$$$1'));
  }
}
