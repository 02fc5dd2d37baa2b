// `npm run bench`: the benchmarks, by name or all of them; `npm run bench -- --help` says more.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from './bench/machine.mjs';
import { meetsAim, table } from './bench/report.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const KEPT = join(project, 'scripts/bench/kept-run.json');

const USAGE = `npm run bench -- [NAME ...] [options]

Runs the benchmarks NAME, or all, prints a table for each and writes all figures as JSON.

  --list            the benchmarks, and what each measures
  --tiny            as little as shows that they run: the figures mean nothing
  --seed N          where everything random comes from (default 1)
  --json FILE       where the figures go (default .cache/bench/latest.json)
  --compare FILE    an earlier run to compare with (default scripts/bench/kept-run.json)
  --help

Exit codes: 0 all ran; 1 one failed; 2 wrong usage. An aim that is missed is printed, and is no failure.`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      tiny: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      json: { type: 'string', default: join(project, '.cache/bench/latest.json') },
      compare: { type: 'string', default: KEPT },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  ensureDependencies();
  const { BENCHMARKS } = await import('./bench/suite.mjs');
  if (values.list) {
    for (const { name, about } of BENCHMARKS) console.log(`${name.padEnd(20)} ${about}`);
    return 0;
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new TypeError(`--seed is ${values.seed}: give a whole number`);
  const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) throw new TypeError(`there is no benchmark ${unknown.join(', ')}: see --list`);
  const chosen = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return await runAll(chosen, { seed, tiny: values.tiny, file: resolve(values.json), kept: readKept(values.compare) });
}

async function runAll(benchmarks, { seed, tiny, file, kept }) {
  const { compileLibrary } = await import('./demo/library.mjs');
  const library = compileLibrary();
  const facts = machine();
  console.log(
    Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );
  const results = {};
  let failures = 0;
  try {
    for (const { name, about, run } of benchmarks) {
      console.log(`\n${name}: ${about}`);
      try {
        const { rows, notes = [] } = await run({ library, seed, tiny, progress });
        progress();
        results[name] = { rows, notes };
        console.log(table(rows, kept[name]?.rows));
        for (const note of notes) console.log(note);
      } catch (error) {
        progress();
        failures += 1;
        console.error(error);
      }
    }
  } finally {
    library.remove();
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine: facts, seed, tiny, results }, null, 2)}\n`);
  const missed = Object.values(results).flatMap(({ rows }) => rows.filter((row) => meetsAim(row) === false));
  console.log(`\n${file}\n${missed.length} aims missed, ${failures} benchmarks failed`);
  return failures === 0 ? 0 : 1;
}

function readKept(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).results;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Shows how far a long benchmark is, on a terminal. */
function progress(text = '') {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
