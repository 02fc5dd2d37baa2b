/** Attributes of an element; what is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG element as text. `children` are elements, made by this function too; for text see {@link text}. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`],
  );
  if (children.length === 0) return `<${name}${given.join('')}/>`;
  return `<${name}${given.join('')}>${children.join('')}</${name}>`;
}

export function text(words: string, attributes: Attributes): string {
  return element('text', attributes, [escaped(words)]);
}

/** What a browser shows when the pointer rests on an element. */
export function tooltip(words: string): string {
  return element('title', {}, [escaped(words)]);
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
