// Builds dist/ from src/. The maps point into src/, which is published too: a debugger and "go to definition" then
// reach the code as it was written, comments and all.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(project, 'node_modules/typescript/bin/tsc');

// A file that src/ no longer has must not live on in the package.
rmSync(join(project, 'dist'), { recursive: true, force: true });
try {
  // What the page shares with the command line comes of both; as the command line's it has a map and declarations.
  for (const config of ['tsconfig.page.json', 'tsconfig.build.json']) {
    execFileSync(process.execPath, [compiler, '-p', config], { cwd: project, stdio: 'inherit' });
  }
} catch {
  process.exit(1);
}
// The compiler copies nothing: what a page has that is no code.
for (const name of ['index.html', 'style.css', 'icon.svg']) {
  const page = 'cli/dashboard/page';
  cpSync(join(project, 'src', page, name), join(project, 'dist', page, name));
}
