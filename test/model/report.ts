import { writeSync } from 'node:fs';
import type { Found } from './explorer.js';

const PROGRESS_EVERY_MS = 10_000;

/** A table in Markdown, its columns as wide as they need to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** 1234567 as `1 234 567`. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ' ');
}

/** Says how far an exploration is, every ten seconds, on stderr. */
export function progressOf(name: string): (found: Found) => void {
  let saidAtMs = performance.now();
  return ({ states, explored, depth }) => {
    if (performance.now() - saidAtMs < PROGRESS_EVERY_MS) return;
    saidAtMs = performance.now();
    // At once: what a busy thread says through the console is heard when it is done.
    writeSync(2, `${name}: ${grouped(states)} states, ${grouped(explored)} explored, depth ${depth}\n`);
  };
}
