// graft dashboard in a real browser, over a real nats-server, with nodes that are processes (docs/dashboard.md).
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HttpRpcDriver } from '../../../src/drivers/http/index.js';
import { MemoryLog, Node } from '../../../src/index.js';
import { ReservedPorts } from '../../drivers/http/reserved-ports.js';
import { NatsServer } from '../../support/nats-server.js';
import { GraftProcess, graft } from '../graft-process.js';
import { REBOUND, TestBrowser, type Visit } from './browser.js';

const VOTERS = ['a', 'b', 'c'];
/** Under these a busy machine changes no leader by itself. */
const STEADY = [
  '--election-timeout-min',
  '1500ms',
  '--election-timeout-max',
  '1500ms',
  '--heartbeat-interval',
  '150ms',
];
const LIMIT = { timeout: 30_000, interval: 30 };
const DESKTOP = { viewport: { width: 1_280, height: 900 } };
const PHONE = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

let server: NatsServer;
let folder: string;
let browser: TestBrowser;
let dashboard: GraftProcess;
/** One that may do nothing, and may be called by another name. */
let watching: GraftProcess;
const nodes = new Map<string, GraftProcess>();

// Where there is no browser, one is installed first.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-dashboard-'));
  [server, browser] = await Promise.all([NatsServer.start(), TestBrowser.start()]);
  await Promise.all(VOTERS.map(startNode));
  const dashboards = [startDashboard('--allow-step-down'), startDashboard('--allow-host', REBOUND)] as const;
  [dashboard, watching] = await Promise.all(dashboards);
}, 600_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await Promise.all([dashboard, watching, ...nodes.values()].map((one) => one?.[Symbol.asyncDispose]()));
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const asked = () => ['--cluster', 'jobs', '--server', server.url];

async function startNode(id: string): Promise<void> {
  const own = ['--voters', VOTERS.join(','), '--id', id, '--log', join(folder, `${id}.json`), '--allow-step-down'];
  nodes.set(id, await GraftProcess.start(['run', ...asked(), ...own, ...STEADY, '--', 'sleep', '600']));
}

async function startDashboard(...more: readonly string[]): Promise<GraftProcess> {
  return await startDashboardOf(...asked(), ...more);
}

async function startDashboardOf(...args: readonly string[]): Promise<GraftProcess> {
  const started = await GraftProcess.start(['dashboard', '--listen', '0', ...args]);
  await started.says(/^http:\S+\n/);
  return started;
}

/** The term that is led, as the nodes themselves say. */
async function ledTerm(): Promise<number> {
  const { stdout } = await graft(['status', ...asked(), '--json']);
  return JSON.parse(stdout).term;
}

const urlOf = ({ stdout }: GraftProcess) => stdout.trim();

/** Resolves with the text of what `selector` finds, once it matches. */
async function shows(page: Page, selector: string, pattern: RegExp): Promise<string> {
  return await vi.waitFor(async () => {
    const text = (await page.textContent(selector)) ?? '';
    if (!pattern.test(text)) throw new Error(`${selector} is ${JSON.stringify(text)}, which is not ${pattern}`);
    return text;
  }, LIMIT);
}

/** Who leads, as the page shows it once it is not `former`. */
async function leaderShown(page: Page, former = ''): Promise<string> {
  const headline = await shows(page, '#headline', new RegExp(`^(?!Nobody |${former || 'Nobody'} )\\w+ leads$`));
  return headline.replace(' leads', '');
}

/** All of the page can be seen, and nothing went wrong. */
async function expectSound(visit: Visit): Promise<void> {
  expect(await visit.faintTexts()).toEqual([]);
  expect(await visit.overflowPx()).toBe(0);
  expect(visit.complaints).toEqual([]);
}

describe('a page of graft dashboard', () => {
  test('shows who leads, how long the lease lasts, every node, and links that are heard', async () => {
    await using visit = await browser.visit(urlOf(dashboard));
    const { page } = visit;
    const leader = await leaderShown(page);
    await shows(page, '#counts', /^3 of 3 voters answer · term \d+$/);
    await shows(page, '.node-leader .node-id', new RegExp(`^${leader}$`));
    await shows(page, '.row-leader th', new RegExp(`^${leader}$`));
    await shows(page, '.middle-lease', /^lease \d+ ms$/);
    await vi.waitUntil(async () => (await page.locator('.link-heard').count()) === 2, LIMIT);
    expect(await page.getByRole('row').count()).toBe(1 + VOTERS.length);
    expect(await page.getAttribute('#ring', 'aria-label')).toContain(`${leader}: leads`);
    expect(await page.title()).toBe(`${leader} leads · graft`);
    await expectSound(visit);
  });

  test('shows, without being loaded anew, who leads after kill -9 of the leader, who is silent, and who led when', async () => {
    await using visit = await browser.visit(urlOf(dashboard));
    const { page } = visit;
    const former = await leaderShown(page);
    // It says the newest alone; a screen reader hears them all.
    await page.evaluate(`{
      globalThis.isTheSamePage = true;
      globalThis.announced = [];
      const announcer = document.querySelector('#announcer');
      const hear = () => globalThis.announced.push(announcer.textContent);
      new MutationObserver(hear).observe(announcer, { childList: true, characterData: true, subtree: true });
    }`);
    await nodes.get(former)?.end('SIGKILL');
    const leader = await leaderShown(page, former);
    await shows(page, '#counts', /^2 of 3 voters answer/);
    await shows(page, '.row-missing', new RegExp(`^${former}no answer`));
    expect(await page.locator('.link-missing').count()).toBe(1);
    expect(await page.locator('.link-heard').count()).toBe(1);
    expect((await page.locator('#reigns span').allTextContents()).slice(0, 3)).toEqual([
      expect.stringMatching(new RegExp(`^${leader}, term \\d+, for .+ so far$`)),
      expect.stringMatching(/^nobody leads, for /),
      expect.stringMatching(new RegExp(`^${former}, term \\d+, for \\S+( \\S+)?$`)),
    ]);
    expect(await page.locator('.lanes span').allTextContents()).toEqual(
      expect.arrayContaining([former, leader, 'nobody leads']),
    );
    expect(await page.locator('.bar-nobody').count()).toBeGreaterThan(0);
    await shows(page, '#changes', new RegExp(`${former} does not answer`));
    expect(await page.evaluate<string>('globalThis.announced.join()')).toContain(`${former} does not answer`);
    expect(await page.evaluate('globalThis.isTheSamePage')).toBe(true);
    await expectSound(visit);
  });

  test.each([
    ['a desktop', DESKTOP],
    ['a phone of 320 pixels', PHONE],
  ])(
    'is all there to read and nowhere wider than the screen, with a voter missing, light and dark: %s',
    async (_, device) => {
      await using visit = await browser.visit(urlOf(dashboard), device);
      const { page } = visit;
      await shows(page, '.row-missing', /no answer/);
      for (const [colorScheme, ground] of [
        ['dark', 'rgb(13, 18, 24)'],
        ['light', 'rgb(243, 245, 249)'],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground);
        await expectSound(visit);
        await page.getByRole('button', { name: /^Make leader/ }).click();
        await shows(page, '#step-down-question', /ends its work first; then \w takes over\.$/);
        await expectSound(visit);
        await page.getByRole('button', { name: 'Cancel' }).click();
      }
    },
  );

  test('twin: text that is too faint and boxes that are too wide are seen', async () => {
    await using visit = await browser.visit(urlOf(dashboard), PHONE);
    await leaderShown(visit.page);
    await visit.page.evaluate(`
      document.body.style.minWidth = '400px';
      document.getElementById('counts').style.color = 'rgb(150, 150, 150)';`);
    expect(await visit.faintTexts()).toEqual([expect.stringMatching(/voters answer.*: 2\.\d\d$/)]);
    expect(await visit.overflowPx()).toBeGreaterThan(0);
  });

  test('has the leader hand over by keyboard alone; Escape changes nothing', async () => {
    await using visit = await browser.visit(urlOf(dashboard));
    const { page } = visit;
    const former = await leaderShown(page);
    const heir = await shows(page, '.row-follower th', /^\w$/);
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? ""');
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 20 && (await focused()) !== name; presses++) await page.keyboard.press('Tab');
      expect(await focused()).toBe(name);
    };
    await tabTo(`Make leader: ${heir}`);
    // Where the focus is can be seen, and it stays there while the page changes.
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe(`Make leader: ${heir}`);
    expect(await page.textContent('#outcome')).toBe('');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await shows(page, '#outcome', new RegExp(`^${former} has handed over to ${heir}, which leads term \\d+$`));
    expect(await leaderShown(page, former)).toBe(heir);
    await expectSound(visit);
  });

  test('asks the one that has just taken over for nothing that was meant for the one before', async () => {
    await using visit = await browser.visit(urlOf(dashboard));
    const { page } = visit;
    const former = await leaderShown(page);
    await page.getByRole('button', { name: `Step down: ${former}` }).click();
    await page.getByText('Hand over?').waitFor();
    expect((await graft(['step-down', ...asked()])).code).toBe(0);
    await shows(page, '#outcome', new RegExp(`^Nothing was asked: ${former} leads no longer, and \\w does$`));
    await page.getByText('Hand over?').waitFor({ state: 'hidden' });
    await expectSound(visit);
  });

  test('has no buttons where the dashboard was started without --allow-step-down, and says so', async () => {
    await using visit = await browser.visit(urlOf(watching));
    await leaderShown(visit.page);
    expect(await visit.page.getByRole('button').count()).toBe(0);
    await visit.page.getByText('This page only watches').waitFor();
    await expectSound(visit);
  });

  test('runs nothing that is not its own, whatever were written into it; twin: without its policy it would', async () => {
    const inject = `try {
      const script = document.createElement('script');
      script.textContent = 'globalThis.harm = true';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="globalThis.harm = true">');
    } catch {}
    new Promise((resolve) => setTimeout(() => resolve(globalThis.harm === true), 100))`;
    await using visit = await browser.visit(urlOf(dashboard));
    expect(await visit.page.evaluate(inject)).toBe(false);
    await using unprotected = await browser.visit(urlOf(dashboard), { bypassCSP: true });
    expect(await unprotected.page.evaluate(inject)).toBe(true);
  });
});

describe('a site of somebody else', () => {
  test('in the same browser hears nothing, has nothing done, and cannot frame the page', async () => {
    const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
    await once(site.listen(0, '127.0.0.1'), 'listening');
    try {
      const address = site.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      await using visit = await browser.visit(`http://127.0.0.1:${port}/`);
      const { page } = visit;
      const attack = (code: string) => page.evaluate(code.replaceAll('$URL', urlOf(dashboard)));
      expect(
        await attack(`new Promise((resolve) => {
          const source = new EventSource('$URLevents');
          source.onmessage = source.onopen = () => resolve('heard');
          source.onerror = () => resolve('nothing');
        })`),
      ).toBe('nothing');
      const before = await ledTerm();
      await attack(
        `fetch('$URLstep-down', { method: 'POST', mode: 'no-cors', body: '{}' }).then(() => undefined).catch(() => undefined)`,
      );
      expect(await ledTerm()).toBe(before);
      await attack(`new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.onload = resolve;
        frame.src = '$URL';
        document.body.append(frame);
      }).then(() => undefined)`);
      expect(visit.complaints.join('\n')).toMatch(/frame-ancestors|X-Frame-Options|refused to connect/i);
    } finally {
      site.close();
      site.closeAllConnections();
    }
  });

  test('that points its own name at this machine (DNS rebinding) is told nothing', async () => {
    await using visit = await browser.visit(urlOf(dashboard).replace('127.0.0.1', REBOUND));
    expect(await visit.page.textContent('body')).toContain(`this is not`);
  });

  test('twin: the same name, where it is allowed, shows the page', async () => {
    await using visit = await browser.visit(urlOf(watching).replace('127.0.0.1', REBOUND));
    await leaderShown(visit.page);
  });
});

test('the lease shrinks from frame to frame; for who wants no motion, from one snapshot to the next', async () => {
  await using visit = await browser.visit(urlOf(dashboard));
  await using still = await browser.visit(urlOf(dashboard), { reducedMotion: 'reduce' });
  const pages = [visit.page, still.page];
  await Promise.all(pages.map((page) => shows(page, '#sight', /^live$/)));
  const begin = `{
    globalThis.arcs = new Set();
    const look = () => {
      globalThis.arcs.add(document.querySelector('.lease-arc').getAttribute('stroke-dasharray'));
      requestAnimationFrame(look);
    };
    look();
  }`;
  await Promise.all(pages.map((page) => page.evaluate(begin)));
  await vi.waitFor(async () => {
    const seen = pages.map((page) => page.evaluate<number>('globalThis.arcs.size'));
    const [moving = 0, unmoved = 0] = await Promise.all(seen);
    // Both hear of the same snapshots, and there is room for some frames between two of them.
    expect(moving).toBeGreaterThan(2 * unmoved + 10);
  }, LIMIT);
});

describe('a page never shows the past as the present', () => {
  test('a dashboard that stands still: it says that there is no news', async () => {
    await using visit = await browser.visit(urlOf(dashboard));
    await shows(visit.page, '#sight', /^live$/);
    dashboard.signal('SIGSTOP');
    try {
      await shows(visit.page, '#sight', /^no news for \d+s$/);
      expect(await visit.page.title()).toMatch(/^\(\w leads\?\) · graft$/);
    } finally {
      dashboard.signal('SIGCONT');
    }
    await shows(visit.page, '#sight', /^live$/);
    await expectSound(visit);
  });

  test('a nats-server that is away: it says that nobody can be asked, and goes on once it is back', async () => {
    await using visit = await browser.visit(urlOf(dashboard));
    await leaderShown(visit.page);
    await server.kill();
    await shows(visit.page, '#headline', /^Out of sight$/);
    await shows(visit.page, '#troubles', /^Nobody can be asked, so this is what was known last: /);
    expect(await visit.page.getByRole('button').count()).toBe(0);
    await expectSound(visit);
    await server.restart();
    await leaderShown(visit.page);
    await shows(visit.page, '#reigns', /out of sight, for /);
    await expectSound(visit);
  });

  test('a dashboard that is ended, with a page open: it ends at once with code 0, and the page says so', async () => {
    await using visit = await browser.visit(urlOf(dashboard));
    await leaderShown(visit.page);
    expect(await dashboard.end('SIGTERM')).toBe(0);
    await shows(visit.page, '#sight', /^no connection to graft dashboard; trying again$/);
    expect(dashboard.stderr).toBe('');
  });
});

test('over HTTP it shows a cluster as over NATS', async () => {
  await using ports = await ReservedPorts.reserve(1);
  const [port = 0] = ports.all;
  await ports.take(port);
  const peers = { solo: `http://127.0.0.1:${port}` };
  await using _node = await Node.start({
    ...{ cluster: { name: 'web', voters: ['solo'] }, id: 'solo', handler: {}, log: new MemoryLog() },
    rpc: new HttpRpcDriver({ peers }),
  });
  await using web = await startDashboardOf('--cluster', 'web', '--peers', `solo=${peers.solo}`);
  await using visit = await browser.visit(urlOf(web));
  expect(await leaderShown(visit.page)).toBe('solo');
  await expectSound(visit);
});
