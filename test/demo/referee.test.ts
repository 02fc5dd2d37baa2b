// The demo's claim "never two at one instant" is only as good as what looks for two.
import { describe, expect, test } from 'vitest';
import { type Answer, Referee } from '../../scripts/demo/referee.mjs';

/** What a referee says to each of these answers: `a1 100 leads` is a's first start, in term 1, at 100 ms. */
function judge(...lines: readonly string[]): readonly (string | undefined)[] {
  const referee = new Referee();
  return lines.map((line) => referee.take(parse(line)));
}

function parse(line: string): Answer {
  const [, id = '', incarnation, term, atMs, leads] = /^(\w)#(\d) term (\d+) at (\d+)( leads)?$/.exec(line) ?? [];
  return {
    id,
    incarnation: Number(incarnation),
    term: Number(term),
    isLeader: leads !== undefined,
    atMs: Number(atMs),
  };
}

describe('the referee', () => {
  test('has nothing against one leader after the other, also where the first one speaks again as a follower', () => {
    expect(
      judge(
        'a#1 term 1 at 100 leads',
        'b#1 term 1 at 110',
        'a#1 term 1 at 200 leads',
        'b#1 term 2 at 210 leads',
        'a#1 term 1 at 220',
        'a#2 term 2 at 300',
        'a#2 term 3 at 400 leads',
      ),
    ).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  test('sees two that lead at one instant, although no two of their answers are of the same instant', () => {
    expect(judge('a#1 term 1 at 100 leads', 'b#1 term 2 at 150 leads', 'a#1 term 1 at 200 leads').at(-1)).toBe(
      'b (term 2) and a (term 1) led at one instant',
    );
  });

  test('sees them also when their reports come late', () => {
    expect(judge('a#1 term 1 at 100 leads', 'a#1 term 1 at 200 leads', 'b#1 term 2 at 150 leads').at(-1)).toBe(
      'a (term 1) and b (term 2) led at one instant',
    );
  });

  test('sees two leaders of one term, however far apart', () => {
    expect(judge('a#1 term 1 at 100 leads', 'b#1 term 1 at 900 leads').at(-1)).toBe('a and b both led term 1');
  });

  test('sees a term led twice by one member that was started again in between', () => {
    expect(judge('a#1 term 1 at 100 leads', 'a#2 term 1 at 900 leads').at(-1)).toBe('a and a both led term 1');
  });

  test('sees a term that goes back', () => {
    expect(judge('a#1 term 2 at 100', 'a#1 term 1 at 200').at(-1)).toBe('the term of a went back from 2 to 1');
  });

  test('sees a leader of an older term after one of a newer', () => {
    expect(judge('a#1 term 2 at 100 leads', 'b#1 term 1 at 200 leads').at(-1)).toBe(
      'b led term 1 and a term 2, the greater one first',
    );
  });
});
