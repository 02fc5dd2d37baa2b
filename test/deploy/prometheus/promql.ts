import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression asks for, with the labels that it selects by. */
export interface Selected {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** What an expression relies on. */
export interface Reliance {
  readonly selected: readonly Selected[];
  /** The labels that it groups by. */
  readonly grouping: readonly string[];
}

/**
 * Reads PromQL with Prometheus' own grammar; Grafana's variables are taken for what they stand for.
 * @throws when it is none.
 */
export function relianceOf(expression: string): Reliance {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selected: { metric: string; labels: string[] }[] = [];
  const grouping: string[] = [];
  const within: string[] = [];
  parser.parse(text).iterate({
    enter({ name, type, from, to }) {
      if (type.isError) throw new Error(`no PromQL, at ${from}: ${expression}`);
      within.push(name);
      const word = text.slice(from, to);
      if (name === 'Identifier' && within.at(-2) === 'VectorSelector') selected.push({ metric: word, labels: [] });
      if (name !== 'LabelName') return;
      if (within.includes('GroupingLabels')) grouping.push(word);
      else selected.at(-1)?.labels.push(word);
    },
    leave() {
      within.pop();
    },
  });
  return { selected, grouping };
}

interface Scraped {
  names(): ReadonlySet<string>;
  labelsOf(name: string): readonly Readonly<Record<string, string>>[];
}

/** What an expression relies on and a scrape does not show. */
export function missingFrom(scraped: Scraped, expression: string): readonly string[] {
  const { selected, grouping } = relianceOf(expression);
  const labelsOf = (metric: string) => new Set(scraped.labelsOf(metric).flatMap((labels) => Object.keys(labels)));
  return [
    ...selected.filter(({ metric }) => !scraped.names().has(metric)).map(({ metric }) => metric),
    ...selected.flatMap(({ metric, labels }) =>
      labels.filter((label) => !labelsOf(metric).has(label)).map((label) => `${metric}{${label}}`),
    ),
    ...grouping
      .filter((label) => !selected.some(({ metric }) => labelsOf(metric).has(label)))
      .map((label) => `by (${label})`),
  ];
}
