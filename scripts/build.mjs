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
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: project, stdio: 'inherit' });
} catch {
  process.exit(1);
}
// The compiler reads the generated declarations but, the code beside them being JavaScript, copies neither.
for (const name of ['graft.pb.js', 'graft.pb.d.ts']) {
  cpSync(join(project, 'src/drivers/wire', name), join(project, 'dist/drivers/wire', name));
}
