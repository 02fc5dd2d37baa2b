import { type Import, mentions, type SourceFile } from './source-file.js';
import type { Token } from './tokens.js';

export interface Wall {
  readonly claim: string;
  /** Which files it binds; generated code is bound by walls that say so only. */
  readonly binds: (path: string) => boolean;
  /** What in `file` breaks it, in words. */
  readonly breaches: (file: SourceFile) => readonly string[];
  /** Files, made for the purpose, that break it: a wall that nothing can break holds nothing. */
  readonly twins: readonly { readonly path: string; readonly text: string }[];
  /** A file that comes close and breaks nothing. */
  readonly innocent: { readonly path: string; readonly text: string };
}

/**
 * The only files that may start a timer (DESIGN section 2): the node's clock, limits on how long IO may take, the pulse by
 * which a main thread shows that it lives, and what the command line waits for.
 */
const TIMER_OWNERS = [
  ...['src/node/clock.ts', 'src/drivers/nats/attempt.ts', 'src/drivers/time-limit.ts'],
  'src/thread/user/pulse.ts',
  ...['src/cli/pause.ts', 'src/cli/run/ticker.ts'],
];

/** What src may import that is not its own and not Node's: the two dependencies of package.json. */
const PACKAGES = ['eventemitter3', 'protobufjs/minimal.js'];

const SERVED_WITH_THE_PAGE = ['src/cli/time-text.js', 'src/cli/dashboard/page-protocol.js'];

const IMPURE = [
  ...['Date', 'performance', 'Math.random', 'crypto', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['Promise', 'async', 'await', 'process', 'globalThis', 'console', 'require'],
];

const isGenerated = (path: string) => path.includes('.pb.');
const inSource = (path: string) => path.startsWith('src/') && !isGenerated(path);
const inFolder = (folder: string) => (path: string) => path.startsWith(`${folder}/`) && !isGenerated(path);
/** What runs in production, as opposed to what users' tests run, and to the demonstration, which elects in memory. */
const isLibrary = (path: string) => inSource(path) && !inFolder('src/testing')(path) && !inFolder('src/cli/demo')(path);

const isUserSide = ({ path }: SourceFile) => inFolder('src/thread/user')(path);

function importing(file: SourceFile, isForbidden: (imported: Import) => boolean): readonly string[] {
  return file.imports.filter(isForbidden).map(({ target, names }) => `imports ${names.join(', ')} from ${target}`);
}

function mentioning(file: SourceFile, words: readonly string[]): readonly string[] {
  return mentions(file)
    .filter((word) => words.includes(word))
    .map((word) => `mentions ${word}`);
}

export const WALLS: readonly Wall[] = [
  {
    claim: 'src/core imports nothing but itself',
    binds: inFolder('src/core'),
    breaches: (file) => importing(file, ({ target }) => !target.startsWith('src/core/')),
    twins: [
      { path: 'src/core/a.ts', text: "import { hrtime } from 'node:process';" },
      { path: 'src/core/a.ts', text: "import type { TermLog } from '../log/term-log.js';" },
      { path: 'src/core/a.ts', text: "export * from 'eventemitter3';" },
      { path: 'src/core/a.ts', text: "type Log = import('../log/term-log.js').TermLog;" },
    ],
    innocent: { path: 'src/core/a.ts', text: "import { x } from './x.js'; // import { y } from 'node:fs';" },
  },
  {
    claim: 'src/core knows no clock, timer, randomness, promise or process: the same inputs give the same effects',
    binds: inFolder('src/core'),
    breaches: (file) => mentioning(file, IMPURE),
    twins: IMPURE.map((word) => ({ path: 'src/core/a.ts', text: `const x = ${word};` })),
    innocent: {
      path: 'src/core/a.ts',
      text: "/* Date */ const x = 'Promise'; // await\nconst y = x.process + `async`;",
    },
  },
  {
    claim: 'src/timings reckons with what it is given: it imports the core and itself, and knows no clock',
    binds: inFolder('src/timings'),
    breaches: (file) => [
      ...importing(file, ({ target }) => !/^src\/(?:core|timings)\//.test(target)),
      ...mentioning(file, IMPURE),
    ],
    twins: [
      { path: 'src/timings/a.ts', text: "import type { NodeStatus } from '../node/status.js';" },
      { path: 'src/timings/a.ts', text: "import { monitorEventLoopDelay } from 'node:perf_hooks';" },
      { path: 'src/timings/a.ts', text: 'const now = performance.now();' },
    ],
    innocent: { path: 'src/timings/a.ts', text: "import { leaseDurationMs } from '../core/lease.js';" },
  },
  {
    claim: 'src/log knows no roles and no messages: of the core it takes terms, ids and errors',
    binds: inFolder('src/log'),
    breaches: (file) =>
      importing(file, ({ target, names }) => {
        if (target === 'src/core/messages.js') return names.length === 0 || names.some((name) => name !== 'Term');
        return !/^(?:node:|src\/log\/|src\/core\/(?:errors|names)\.js$)/.test(target);
      }),
    twins: [
      { path: 'src/log/a.ts', text: "import type { Role } from '../core/roles.js';" },
      { path: 'src/log/a.ts', text: "import type { Message, Term } from '../core/messages.js';" },
      { path: 'src/log/a.ts', text: "import * as messages from '../core/messages.js';" },
      { path: 'src/log/a.ts', text: "import { Node } from '../node/node.js';" },
    ],
    innocent: { path: 'src/log/a.ts', text: "import type { Term } from '../core/messages.js';" },
  },
  {
    claim: 'src/drivers carries messages: it never imports the node, the log or the elector',
    binds: inFolder('src/drivers'),
    breaches: (file) =>
      importing(file, ({ target }) => /^src\/(?:node|log|testing)\/|^src\/core\/elector/.test(target)),
    twins: [
      { path: 'src/drivers/nats/a.ts', text: "import { systemClock } from '../../node/clock.js';" },
      { path: 'src/drivers/a.ts', text: "import type { TermLog } from '../log/term-log.js';" },
      { path: 'src/drivers/wire/a.ts', text: "import { Elector } from '../../core/elector.js';" },
      { path: 'src/drivers/a.ts', text: "export * from '../testing/memory-network.js';" },
    ],
    innocent: { path: 'src/drivers/a.ts', text: "import type { Message } from '../core/messages.js';" },
  },
  {
    claim: 'src/client asks nodes and is none: it never imports the node, the log, the elector or a transport',
    binds: inFolder('src/client'),
    breaches: (file) =>
      importing(file, ({ target }) =>
        /^src\/(?:node|log|testing|drivers\/(?:nats|http))\/|^src\/core\/elector/.test(target),
      ),
    twins: [
      { path: 'src/client/a.ts', text: "import { Node } from '../node/node.js';" },
      { path: 'src/client/a.ts', text: "import { NatsInquirer } from '../drivers/nats/nats-inquirer.js';" },
    ],
    innocent: { path: 'src/client/a.ts', text: "import type { Inquirer } from '../drivers/control/inquirer.js';" },
  },
  {
    claim: 'src/metrics knows a node by its status and by what it publishes, and by nothing else',
    binds: inFolder('src/metrics'),
    breaches: (file) =>
      importing(
        file,
        ({ target }) =>
          !/^(?:src\/metrics\/|src\/core\/(?:errors|refusal|roles)\.js$|src\/node\/(?:status|trace-events)\.js$)/.test(
            target,
          ) && target !== 'node:diagnostics_channel',
      ),
    twins: [
      { path: 'src/metrics/a.ts', text: "import { Node } from '../node/node.js';" },
      { path: 'src/metrics/a.ts', text: "import { Elector } from '../core/elector.js';" },
      { path: 'src/metrics/a.ts', text: "import * as prom from 'prom-client';" },
      { path: 'src/metrics/a.ts', text: "import { monitorEventLoopDelay } from 'node:perf_hooks';" },
    ],
    innocent: { path: 'src/metrics/a.ts', text: "import type { NodeStatus } from '../node/status.js';" },
  },
  {
    claim: 'the command line stands on the library, and nothing in the library on it',
    binds: (path) => inSource(path) && !inFolder('src/cli')(path),
    breaches: (file) => importing(file, ({ target }) => target.startsWith('src/cli/')),
    twins: [{ path: 'src/client/a.ts', text: "import { pause } from '../cli/pause.js';" }],
    innocent: { path: 'src/client/a.ts', text: "const name = '../cli/pause.js';" },
  },
  {
    claim:
      'the page of graft dashboard imports itself and what its server serves with it: a browser finds nothing else',
    binds: inFolder('src/cli/dashboard/page'),
    breaches: (file) =>
      importing(
        file,
        ({ target }) => !target.startsWith('src/cli/dashboard/page/') && !SERVED_WITH_THE_PAGE.includes(target),
      ),
    twins: [
      { path: 'src/cli/dashboard/page/a.ts', text: "import { pause } from '../../pause.js';" },
      { path: 'src/cli/dashboard/page/a.ts', text: "import { once } from 'node:events';" },
    ],
    innocent: { path: 'src/cli/dashboard/page/a.ts', text: "import { elapsed } from '../../time-text.js';" },
  },
  {
    claim: 'nothing that users run imports src/testing',
    binds: isLibrary,
    breaches: (file) => importing(file, ({ target }) => target.startsWith('src/testing/')),
    twins: [{ path: 'src/node/a.ts', text: "import { SimulatedClock } from '../testing/simulated-clock.js';" }],
    innocent: { path: 'src/node/a.ts', text: "import type { Clock } from './clock.js';" },
  },
  {
    claim:
      'src imports itself, Node and the two dependencies only; no client of a transport or of Prometheus, no logger, not even for their types',
    binds: (path) => path.startsWith('src/'),
    breaches: (file) => importing(file, ({ target }) => !/^(?:node:|src\/)/.test(target) && !PACKAGES.includes(target)),
    twins: [
      { path: 'src/drivers/nats/a.ts', text: "import { connect } from 'nats';" },
      { path: 'src/drivers/nats/a.ts', text: "import type { NatsConnection } from '@nats-io/transport-node';" },
      { path: 'src/drivers/nats/a.ts', text: "let client: import('nats').NatsConnection;" },
      { path: 'src/drivers/http/a.ts', text: "import { Pool } from 'undici';" },
      { path: 'src/metrics/a.ts', text: "import type { Registry } from 'prom-client';" },
      { path: 'src/node/a.ts', text: "import type { Logger } from 'pino';" },
      { path: 'src/drivers/wire/a.ts', text: "import protobuf from 'protobufjs';" },
      { path: 'src/node/a.ts', text: "import { harm } from '../../test/harm.js';" },
    ],
    innocent: { path: 'src/drivers/nats/a.ts', text: "const names = ['nats']; await import(name);" },
  },
  {
    claim: 'nothing but src/thread imports src/thread: who starts no thread loads and bundles no worker',
    binds: (path) => inSource(path) && !inFolder('src/thread')(path),
    breaches: (file) => importing(file, ({ target }) => target.startsWith('src/thread/')),
    twins: [
      { path: 'src/index.ts', text: "export { ThreadedNode } from './thread/index.js';" },
      { path: 'src/node/a.ts', text: "const { ThreadedNode } = await import('../thread/index.js');" },
    ],
    innocent: { path: 'src/node/a.ts', text: "import { host } from './host.js'; // see '../thread/index.js'" },
  },
  {
    claim: 'threads are started, and spoken to, in src/thread only',
    binds: (path) => inSource(path) && !inFolder('src/thread')(path),
    breaches: (file) => [
      ...importing(file, ({ target }) => /^(?:node:)?worker_threads$/.test(target)),
      ...mentioning(file, ['SharedArrayBuffer', 'Atomics']),
    ],
    twins: [
      { path: 'src/node/a.ts', text: "import { Worker } from 'node:worker_threads';" },
      { path: 'src/log/a.ts', text: 'const memory = new SharedArrayBuffer(8);' },
    ],
    innocent: { path: 'src/node/a.ts', text: "const name = 'node:worker_threads';" },
  },
  {
    claim: 'the two sides of a thread meet in src/thread/between alone: neither imports the other',
    binds: (path) => inFolder('src/thread/user')(path) || inFolder('src/thread/worker')(path),
    breaches: (file) =>
      importing(file, ({ target }) => target.startsWith(isUserSide(file) ? 'src/thread/worker/' : 'src/thread/user/')),
    twins: [
      { path: 'src/thread/user/a.ts', text: "import { Resident } from '../worker/resident.js';" },
      { path: 'src/thread/worker/a.ts', text: "import type { Liaison } from '../user/liaison.js';" },
    ],
    innocent: { path: 'src/thread/user/a.ts', text: "new URL('../worker/main.js', import.meta.url);" },
  },
  {
    claim: 'src/thread/between knows neither side',
    binds: inFolder('src/thread/between'),
    breaches: (file) => importing(file, ({ target }) => /^src\/thread\/(?:user|worker)\//.test(target)),
    twins: [{ path: 'src/thread/between/a.ts', text: "import { Pulse } from '../user/pulse.js';" }],
    innocent: { path: 'src/thread/between/a.ts', text: "import { Board } from './board.js';" },
  },
  {
    claim: 'no code is made from strings',
    binds: (path) => path.startsWith('src/'),
    breaches: (file) => mentioning(file, ['eval', 'Function', 'globalThis.eval', 'globalThis.Function']),
    twins: [
      { path: 'src/drivers/wire/graft.pb.ts', text: "new Function('return 1');" },
      { path: 'src/node/a.ts', text: "eval('1');" },
      { path: 'src/node/a.ts', text: "globalThis.eval('1');" },
    ],
    innocent: { path: 'src/node/a.ts', text: 'const f = function () { return x.eval; };' },
  },
  {
    claim: 'src keeps no state at module level: two clusters in one process share nothing',
    binds: inSource,
    breaches: ({ tokens }) => [...moduleVariables(tokens), ...mutableConstants(tokens), ...mutableStatics(tokens)],
    twins: [
      { path: 'src/node/a.ts', text: 'let count = 0;' },
      { path: 'src/node/a.ts', text: 'export var count = 0;' },
      { path: 'src/node/a.ts', text: 'const nodes = new Map<string, Node>();' },
      { path: 'src/node/a.ts', text: 'const nodes: Set<Node> = new Set();' },
      { path: 'src/node/a.ts', text: 'export const nodes: Node[] = [];' },
      { path: 'src/node/a.ts', text: "const names = ['a', 'b'];" },
      { path: 'src/node/a.ts', text: 'const cache: Record<string, Node> = {};' },
      { path: 'src/node/a.ts', text: 'class A { static count = 0; }' },
    ],
    innocent: {
      path: 'src/node/a.ts',
      text: `const names = ['a', 'b'] as const;
        const ids: readonly string[] = ['a'];
        const known: ReadonlySet<string> = new Set(ids);
        const table = { a: 1 };
        const f = (list: string[] = []) => { let count = list.length; return new Map([[count, []]]); };
        class A { static readonly limit = 1; static of() { return new A(); } #seen = new Set<string>(); }`,
    },
  },
  {
    claim: `timers are started in ${TIMER_OWNERS.join(' and ')} only`,
    // The driver suite waits for drivers in real time, as whoever runs it does.
    binds: (path) => isLibrary(path) && !TIMER_OWNERS.includes(path),
    breaches: (file) => [
      ...mentioning(file, ['setTimeout', 'setInterval', 'globalThis.setTimeout', 'globalThis.setInterval']),
      ...mentioning(file, ['AbortSignal.timeout']),
      ...importing(file, ({ target }) => /^(?:node:)?timers/.test(target)),
    ],
    twins: [
      { path: 'src/node/node.ts', text: 'setTimeout(tick, 100);' },
      { path: 'src/drivers/nats/session.ts', text: 'const timer = setInterval(() => tick(), 100);' },
      { path: 'src/node/node.ts', text: 'await once(node, event, { signal: AbortSignal.timeout(100) });' },
      { path: 'src/node/node.ts', text: "import { setTimeout as sleep } from 'node:timers/promises';" },
    ],
    innocent: { path: 'src/node/node.ts', text: 'clock.setTimer(100, () => clearTimeout(timer));' },
  },
];

function moduleVariables(tokens: readonly Token[]): readonly string[] {
  return tokens
    .filter(({ kind, text, depth }) => depth === 0 && kind === 'word' && (text === 'let' || text === 'var'))
    .map(({ text }) => `a module-level ${text}`);
}

/** Constants that hold something to fill: a collection or an empty object, unless its type or `as const` forbids it. */
function mutableConstants(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ kind, text, depth }, index) => {
    if (depth !== 0 || kind !== 'word' || text !== 'const') return [];
    const name = tokens[index + 1]?.text;
    const assigned = tokens.findIndex((token, at) => at > index && token.depth === 0 && token.text === '=');
    const annotation = tokens.slice(index + 2, assigned).map((token) => token.text);
    if (assigned === -1 || annotation.some((word) => /^(?:readonly|Readonly\w*)$/.test(word))) return [];
    const [first, second] = [tokens[assigned + 1], tokens[assigned + 2]];
    const isCollection = first?.text === 'new' && /^(?:Weak)?(?:Map|Set)$|Array$/.test(second?.text ?? '');
    const isEmptyObject = first?.text === '{' && second?.text === '}';
    const isArray = first?.text === '[' && first.kind === 'mark';
    if (!isCollection && !isEmptyObject && !(isArray && !isAsConst(tokens, assigned + 1))) return [];
    return [`a module-level constant to fill: ${name}`];
  });
}

function isAsConst(tokens: readonly Token[], opening: number): boolean {
  const depth = tokens[opening]?.depth;
  const closing = tokens.findIndex((token, at) => at > opening && token.depth === depth);
  return tokens[closing + 1]?.text === 'as' && tokens[closing + 2]?.text === 'const';
}

function mutableStatics(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'word' || text !== 'static') return [];
    const end = tokens.findIndex((token, at) => at > index && ['=', '(', '{', ';'].includes(token.text));
    const declaration = tokens.slice(index + 1, end).map((token) => token.text);
    const isField = tokens[end]?.text === '=' || tokens[end]?.text === ';';
    return isField && !declaration.includes('readonly') ? [`a static field to write: ${declaration[0]}`] : [];
  });
}
