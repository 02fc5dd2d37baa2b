import type { Entry } from './entries.js';

/** What one process told of itself. */
export interface Life {
  /** Which process: no two have the same. */
  readonly name: string;
  /** Its log; a restarted member has that of its former life. */
  readonly log: string;
  readonly entries: readonly Entry[];
  /** Its node is in another thread: answers are of this moment, while events may come late. Each in its own order. */
  readonly eventsLag?: boolean;
}

/** What a log on disk held at some moment. Of one log, the earlier before the later. */
export interface Sighting {
  readonly log: string;
  readonly term: number;
  readonly votedFor: string | undefined;
}

/** All that is known of a cluster's life. Lives with one log, the earlier before the later. */
export interface History {
  readonly lives: readonly Life[];
  readonly sightings: readonly Sighting[];
}

/** One process leads one term. */
export interface Span {
  readonly name: string;
  readonly term: number;
  readonly sinceUs: number;
  readonly untilUs: number;
}

/** What must never be in a cluster's history, whatever happened to it; empty when all is well. One line each. */
export function violations(history: History): readonly string[] {
  return [
    ...overlaps(history.lives.flatMap(spansOfAnswers)),
    ...termsLedTwice(history.lives),
    ...history.lives.flatMap(wrongTurns),
    ...history.lives.flatMap(termsGoneBack),
    ...forgottenVotes(history.sightings),
    ...undurableTerms(history),
  ];
}

// ---------------------------------------------------------------- one leader at any instant (rule 8)

/**
 * When a process said that it led, by its own answers. Within one term leadership is one piece, so it lasts from the
 * first answer that was given to the last that was asked for; no longer, since more cannot be proven.
 */
export function spansOfAnswers({ name, entries }: Life): readonly Span[] {
  const spans = new Map<number, Span>();
  for (const entry of entries) {
    if (entry.kind !== 'answer' || entry.term === undefined) continue;
    const sinceUs = spans.get(entry.term)?.sinceUs ?? entry.untilUs;
    spans.set(entry.term, { name, term: entry.term, sinceUs, untilUs: Math.max(sinceUs, entry.atUs) });
  }
  return [...spans.values()];
}

/** When a process led according to its last event: what it would act on if it did not ask the clock. */
export function spansOfEvents({ name, entries }: Life): readonly Span[] {
  const spans: Span[] = [];
  let since: { readonly term: number; readonly sinceUs: number } | undefined;
  for (const entry of entries) {
    if (entry.kind !== 'state') continue;
    if (entry.to === 'LEADER') since = { term: entry.term, sinceUs: entry.atUs };
    if (entry.from !== 'LEADER' || since === undefined) continue;
    spans.push({ name, ...since, untilUs: entry.atUs });
    since = undefined;
  }
  return spans;
}

/** Every pair of spans of two processes that share an instant. */
export function overlaps(spans: readonly Span[]): readonly string[] {
  return spans.flatMap((one, index) =>
    spans
      .slice(index + 1)
      .filter((other) => other.name !== one.name && one.sinceUs <= other.untilUs && other.sinceUs <= one.untilUs)
      .map((other) => `${show(one)} and ${show(other)} lead at one instant`),
  );
}

function show({ name, term, sinceUs, untilUs }: Span): string {
  return `${name} (term ${term}, ${sinceUs} to ${untilUs} us)`;
}

// ---------------------------------------------------------------- one leader a term (diss. 3.6.3)

function termsLedTwice(lives: readonly Life[]): readonly string[] {
  const leaders = new Map<number, Set<string>>();
  for (const { name, entries } of lives) {
    for (const entry of entries) {
      const term = termLed(entry);
      if (term !== undefined) leaders.set(term, (leaders.get(term) ?? new Set()).add(name));
    }
  }
  return [...leaders]
    .filter(([, names]) => names.size > 1)
    .map(([term, names]) => `term ${term} is led by ${[...names].join(' and ')}`);
}

function termLed(entry: Entry): number | undefined {
  if (entry.kind === 'answer') return entry.term;
  return entry.kind === 'state' && entry.to === 'LEADER' ? entry.term : undefined;
}

// ---------------------------------------------------------------- gained and lost alternate

function wrongTurns({ name, entries }: Life): readonly string[] {
  const wrong: string[] = [];
  let gained: number | undefined;
  let answered: number | undefined;
  let lapsed: number | undefined;
  for (const entry of entries) {
    if (entry.kind === 'answer') {
      if (entry.term === undefined) lapsed = answered;
      else answered = entry.term;
      if (entry.term !== undefined && entry.term === lapsed)
        wrong.push(`${name} leads term ${lapsed} again after it had said that it does not`);
    }
    if (entry.kind !== 'state') continue;
    if (entry.to === 'LEADER' && entry.from === 'LEADER') wrong.push(`${name} goes from LEADER to LEADER`);
    if (entry.to === 'LEADER') {
      if (gained !== undefined) wrong.push(`${name} gains term ${entry.term} and has not lost term ${gained}`);
      gained = entry.term;
    } else if (entry.from === 'LEADER') {
      if (gained !== entry.term) wrong.push(`${name} loses term ${entry.term} and had gained ${gained ?? 'none'}`);
      gained = undefined;
    }
  }
  return wrong;
}

// ---------------------------------------------------------------- nothing is forgotten (rule 1)

function termsGoneBack({ name, entries, eventsLag = false }: Life): readonly string[] {
  if (!eventsLag) return termsGoneBackAmong(name, entries);
  const isAnswer = ({ kind }: Entry): boolean => kind === 'answer' || kind === 'term';
  const events = entries.filter((entry) => !isAnswer(entry));
  return [...termsGoneBackAmong(name, entries.filter(isAnswer)), ...termsGoneBackAmong(name, events)];
}

function termsGoneBackAmong(name: string, entries: readonly Entry[]): readonly string[] {
  const wrong: string[] = [];
  let newest = 0;
  for (const entry of entries) {
    // A loss of leadership is told of the term that was led, and a newer term may be its reason.
    if (!('term' in entry) || entry.term === undefined || (entry.kind === 'state' && entry.from === 'LEADER')) continue;
    if (entry.term < newest) wrong.push(`${name} goes from term ${newest} back to ${entry.term} (${entry.kind})`);
    newest = Math.max(newest, entry.term);
  }
  return wrong;
}

function forgottenVotes(sightings: readonly Sighting[]): readonly string[] {
  const wrong: string[] = [];
  const last = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const { log, term, votedFor } = sighting;
    const before = last.get(log);
    last.set(log, sighting);
    if (before === undefined) continue;
    if (term < before.term) wrong.push(`${log} goes from term ${before.term} back to ${term}`);
    if (term === before.term && before.votedFor !== undefined && votedFor !== before.votedFor) {
      wrong.push(`${log} changes its vote in term ${term} from ${before.votedFor} to ${votedFor ?? 'none'}`);
    }
  }
  return wrong;
}

/** Whoever led had voted for itself first, and that vote had reached the disk: no log ends below a term that was led. */
function undurableTerms({ lives, sightings }: History): readonly string[] {
  const onDisk = new Map(sightings.map(({ log, term }) => [log, term]));
  return lives.flatMap(({ name, log, entries }) => {
    const led = entries.reduce((newest, entry) => Math.max(newest, termLed(entry) ?? 0), 0);
    const kept = onDisk.get(log) ?? 0;
    return led > kept ? [`${name} led term ${led} and its log ${log} knows of ${kept} only`] : [];
  });
}
