/** One line of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const COMMENT = /^# (?:HELP [a-zA-Z_:][\w:]* .*|TYPE [a-zA-Z_:][\w:]* (?:counter|gauge|histogram))$/;
const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>[+-]?(?:\d[\d.]*(?:e[+-]?\d+)?|Inf)|Nan)$/;
const LABEL = /(?<label>[a-zA-Z_]\w*)="(?<text>(?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;

/**
 * Reads Prometheus' text format, version 0.0.4, as far as this library's metrics go, and refuses what it does not know.
 * `promtool check metrics` reads the same text where there is one.
 */
export function samplesOf(exposition: string): Samples {
  const lines = exposition.split('\n').filter((line) => line !== '');
  return new Samples(lines.flatMap((line) => (COMMENT.test(line) ? [] : [sampleOf(line)])));
}

function sampleOf(line: string): Sample {
  const { name, labels = '', value } = SAMPLE.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(LABEL)];
  if (pairs.map(([text]) => text).join('') !== labels) throw new Error(`no labels: ${line}`);
  return {
    name,
    labels: Object.fromEntries(pairs.map(({ groups }) => [groups?.['label'], groups?.['text']])),
    value: Number(value.replace('Inf', 'Infinity')),
  };
}

/** What one scrape showed. */
export class Samples {
  readonly all: readonly Sample[];

  constructor(all: readonly Sample[]) {
    this.all = all;
  }

  /** The one sample of this name with exactly these labels. */
  value(name: string, labels: Readonly<Record<string, string>>): number {
    const wanted = canonical(labels);
    const found = this.all.filter((sample) => sample.name === name && canonical(sample.labels) === wanted);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} samples of ${name}${wanted}`);
    return found[0].value;
  }

  sum(name: string): number {
    const found = this.all.filter((sample) => sample.name === name);
    if (found.length === 0) throw new Error(`no sample of ${name}`);
    return found.reduce((total, { value }) => total + value, 0);
  }

  labelsOf(name: string): readonly Readonly<Record<string, string>>[] {
    return this.all.filter((sample) => sample.name === name).map(({ labels }) => labels);
  }

  names(): ReadonlySet<string> {
    return new Set(this.all.map(({ name }) => name));
  }

  /** The nodes that it shows anything of. */
  ids(): readonly string[] {
    return [...new Set(this.all.flatMap(({ labels }) => labels['id'] ?? []))].sort();
  }
}

function canonical(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
}
