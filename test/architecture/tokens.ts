/** A token of TypeScript, as far as the walls need one. Comments and blanks are none. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'template' | 'regex' | 'mark';
  /** Of a string: what stands between its quotes. */
  readonly text: string;
  /** How many brackets of any kind are open around it; 0 is module level. */
  readonly depth: number;
}

const BLANK = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /#?[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const NUMBER = /\d[\w.]*/y;
const STRING = /'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"/y;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** From a backtick, or from the brace that closes an insertion, to the end of the template or its next insertion. */
const TEMPLATE_PART = /[`}]((?:[^`\\$]|\\[\s\S]|\$(?!\{))*)(`|\$\{)/y;
const MARK = /=>|[=!]==?|\?\.|[\s\S]/y;

const VALUE_ENDS = new Set([')', ']', '}']);
const REGEX_MAY_FOLLOW = new Set(['return', 'typeof', 'case', 'in', 'of', 'do', 'else', 'void', 'await', 'yield']);

/** Takes TypeScript apart. Whether a slash divides or opens a regular expression is guessed from the token before it. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const openTemplates: number[] = [];
  let at = 0;
  let depth = 0;

  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(text) ?? undefined;
    at += match?.[0].length ?? 0;
    return match;
  }
  function push(kind: Token['kind'], tokenText: string): void {
    tokens.push({ kind, text: tokenText, depth });
  }
  function mayStartRegex(): boolean {
    const last = tokens.at(-1);
    if (last === undefined) return true;
    if (last.kind === 'mark') return !VALUE_ENDS.has(last.text);
    return last.kind === 'word' && REGEX_MAY_FOLLOW.has(last.text);
  }

  while (at < text.length) {
    if (take(BLANK)) continue;
    const next = text[at];
    const closesInsertion = next === '}' && openTemplates.at(-1) === depth - 1;
    if (next === '`' || closesInsertion) {
      if (closesInsertion) depth = openTemplates.pop() ?? 0;
      const part = take(TEMPLATE_PART);
      if (part === undefined) throw new Error(`a template without an end: ${text.slice(at, at + 40)}`);
      push('template', part[1] ?? '');
      if (part[2] === '${') openTemplates.push(depth++);
      continue;
    }
    const string = take(STRING);
    if (string) {
      push('string', string[1] ?? string[2] ?? '');
      continue;
    }
    const regex = next === '/' && mayStartRegex() ? take(REGEX) : undefined;
    if (regex) {
      push('regex', regex[0]);
      continue;
    }
    const word = take(WORD);
    if (word) {
      push('word', word[0]);
      continue;
    }
    const number = take(NUMBER);
    if (number) {
      push('number', number[0]);
      continue;
    }
    const mark = take(MARK)?.[0] ?? '';
    if (')]}'.includes(mark)) depth--;
    push('mark', mark);
    if ('([{'.includes(mark)) depth++;
  }
  if (depth !== 0) throw new Error(`${depth} brackets are left open`);
  return tokens;
}
