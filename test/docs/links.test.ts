// A link that leads nowhere is a promise that is not kept: every relative one must resolve, its heading included.
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Page, readPages } from './pages.js';

const root = new URL('../../', import.meta.url);

/** Relative links of a page, outside code: `docs/x.md#y`, `#y`. */
function linksIn({ text }: Page): readonly string[] {
  const prose = text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, (code) => code.replaceAll('](', '] ('));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors that GitHub gives to a page's headings. */
function anchorsIn({ text }: Page): readonly string[] {
  const prose = text.replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with a link, if anything is. */
function faultOf(link: string, page: Page, pages: readonly Page[]): string | undefined {
  const [target = '', anchor] = link.split('#');
  const path = target === '' ? page.path : new URL(target, `file:///${page.path}`).pathname.slice(1);
  const linked = pages.find((other) => other.path === path);
  if (linked === undefined && !existsSync(new URL(path, root))) return `${page.path}: ${link} is not there`;
  if (anchor === undefined || anchorsIn(linked ?? { path, text: '' }).includes(anchor)) return undefined;
  return `${page.path}: ${path} has no heading #${anchor}`;
}

function faultsIn(pages: readonly Page[]): readonly string[] {
  return pages.flatMap((page) => linksIn(page).flatMap((link) => faultOf(link, page, pages) ?? []));
}

describe('relative links', () => {
  test('lead to a file, and to a heading where they name one, in every page', async () => {
    const pages = await readPages();
    expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'docs/design.md']));
    expect(pages.flatMap(linksIn).length).toBeGreaterThan(10);
    expect(faultsIn(pages)).toEqual([]);
  });

  test('twin: a missing file and a missing heading are seen, and code is not read', () => {
    const pages = [
      {
        path: 'docs/a.md',
        text: '# One `two`: three\n[x](b.md) [y](#one-two-three) [z](#four)\n```\n[c](d.md)\n```\n',
      },
    ];
    expect(faultsIn(pages)).toEqual(['docs/a.md: b.md is not there', 'docs/a.md: docs/a.md has no heading #four']);
  });
});
