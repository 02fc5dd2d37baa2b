/** A piece of code in a page: what stands between two fences, and what the page says is to be done with it. */
export interface CodeBlock {
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** The HTML comment right before the fence, invisible to readers: `runs: ...` or `checked: ...`. */
  readonly mark: string | undefined;
}

export function codeBlocks(page: string, text: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const language = /^```(\w*)$/.exec(lines[index] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', index + 1);
    if (end < 0) throw new Error(`${page}:${index + 1}: the fence is never closed`);
    const mark = /^<!-- (.*) -->$/.exec(lines[index - 1] ?? '')?.[1];
    blocks.push({ page, line: index + 1, language, code: `${lines.slice(index + 1, end).join('\n')}\n`, mark });
    index = end;
  }
  return blocks;
}

/** Blocks as files of their own, by name: what each one's mark says it may rely on, then what it shows. */
export function asFiles(blocks: readonly CodeBlock[]): ReadonlyMap<string, string> {
  return new Map(
    blocks.map(({ line, mark = '', code }) => {
      const given = /^checked: (.*)$/.exec(mark)?.[1] ?? '';
      return [`line-${line}.ts`, `${given}\n${code}`];
    }),
  );
}
