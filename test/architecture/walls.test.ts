// DESIGN section 2: which room must not know what. The folders draw the architecture; these walls keep it so.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { WALLS } from './rules.js';
import { mentions, readSource } from './source-file.js';

const project = fileURLToPath(new URL('../../', import.meta.url));

const files = readdirSync(`${project}src`, { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((path) => /\.[jt]s$/.test(path))
  .map((path) => readSource(path, readFileSync(project + path, 'utf8')));

describe.each(WALLS)('$claim', ({ binds, breaches, twins, innocent }) => {
  test('in every file that it binds, and there are some', () => {
    const bound = files.filter(({ path }) => binds(path));
    expect(bound).not.toHaveLength(0);
    expect(bound.flatMap((file) => breaches(file).map((breach) => `${file.path} ${breach}`))).toEqual([]);
  });

  test.each(twins)('twin: $text breaks it in $path', ({ path, text }) => {
    expect(binds(path)).toBe(true);
    expect(breaches(readSource(path, text))).not.toHaveLength(0);
  });

  test('code that comes close to breaking it does not', () => {
    expect(binds(innocent.path)).toBe(true);
    expect(breaches(readSource(innocent.path, innocent.text))).toEqual([]);
  });
});

describe('what the walls see', () => {
  test('is the code in templates, not their text, and nothing in comments, strings and regular expressions', () => {
    const text = `const a = 'in' + "in" + \`in \${out1 + \`in \${{ out2 }}\`} in\` + /in[/]in'/.test(x) / out3; // in
      /* in */ out4 = \`in\`;`;
    const seen = mentions(readSource('src/a.ts', text));
    expect(seen).toEqual(expect.arrayContaining(['out1', 'out2', 'out3', 'out4']));
    expect(seen).not.toContain('in');
  });

  test('is every form of import, with the names taken', () => {
    const text = [
      "import a, { b as c, type D } from './x.js';",
      "export { e } from '../y.js';",
      "export * from 'p';",
      "import 'q';",
      "const r = import('r');",
    ].join('\n');
    expect(readSource('src/core/a.ts', text).imports).toEqual([
      { target: 'src/core/x.js', names: ['a', 'b', 'D'] },
      { target: 'src/y.js', names: ['e'] },
      { target: 'p', names: [] },
      { target: 'q', names: [] },
      { target: 'r', names: [] },
    ]);
  });
});
