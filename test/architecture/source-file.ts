import { type Token, tokenize } from './tokens.js';

export interface SourceFile {
  /** From the project's folder: `src/core/lease.ts`. */
  readonly path: string;
  readonly tokens: readonly Token[];
  readonly imports: readonly Import[];
}

export interface Import {
  /** As a path from the project's folder where it is relative, with `.js`: `src/core/lease.js`; else as written. */
  readonly target: string;
  /** The names taken, before any `as`; empty for `import 'x'`, `import('x')` and `* as x`. */
  readonly names: readonly string[];
}

export function readSource(path: string, text: string): SourceFile {
  const tokens = tokenize(text);
  return { path, tokens, imports: importsIn(path, tokens) };
}

/** The words of code, without those behind a dot: `x.process` mentions no `process`. `Math.random` counts as one word. */
export function mentions({ tokens }: SourceFile): readonly string[] {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'word') return [];
    if (isDot(tokens[index - 1])) return [];
    return isDot(tokens[index + 1]) ? [text, `${text}.${tokens[index + 2]?.text}`] : [text];
  });
}

function isDot(token: Token | undefined): boolean {
  return token?.kind === 'mark' && (token.text === '.' || token.text === '?.');
}

function importsIn(path: string, tokens: readonly Token[]): readonly Import[] {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'string') return [];
    const [before, last] = [tokens[index - 2], tokens[index - 1]];
    const isCall = last?.text === '(' && (before?.text === 'import' || before?.text === 'require');
    if (!isCall && last?.text !== 'from' && last?.text !== 'import') return [];
    return [{ target: resolve(path, text), names: last?.text === 'from' ? namesBefore(tokens, index) : [] }];
  });
}

function namesBefore(tokens: readonly Token[], specifier: number): readonly string[] {
  const start = tokens.findLastIndex(
    ({ text }, index) => index < specifier && (text === 'import' || text === 'export'),
  );
  return tokens
    .slice(start + 1, specifier - 1)
    .filter(({ kind, text }, index, clause) => kind === 'word' && text !== 'as' && clause[index - 1]?.text !== 'as')
    .map(({ text }) => text)
    .filter((name) => name !== 'type');
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? new URL(specifier, `file:///${from}`).pathname.slice(1) : specifier;
}
