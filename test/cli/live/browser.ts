import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../../../scripts/ensure-chromium.mjs';

/** A page that somebody looks at, and what went wrong in it. Closed at the end of the block that holds it. */
export class Visit implements AsyncDisposable {
  readonly page: Page;
  /** What the browser complained about, and whatever was asked of another origin than the page's. */
  readonly complaints: string[] = [];

  constructor(page: Page, origin: string) {
    this.page = page;
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) this.complaints.push(`asked for ${request.url()}`);
    });
  }

  /** Every text whose contrast to its ground is less than 4.5 to 1, with its contrast. */
  async faintTexts(): Promise<readonly string[]> {
    return await this.page.evaluate(await readFile(new URL('faint-texts.browser.js', import.meta.url), 'utf8'));
  }

  /** By how many pixels the page is wider than what shows it. */
  async overflowPx(): Promise<number> {
    const widthPx = await this.page.evaluate<number>('document.documentElement.scrollWidth');
    // Not the window's own: a phone's grows with what is in it.
    return widthPx - (this.page.viewportSize()?.width ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}

/** A name of the internet that somebody has pointed at this machine. */
export const REBOUND = 'rebound.example';

/** A real Chromium, without a window. Installed first where there is none. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<TestBrowser> {
    const { path } = await ensureChromium();
    const args = [`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`];
    return new TestBrowser(await chromium.launch({ executablePath: path, args }));
  }

  async visit(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options });
    const visit = new Visit(await context.newPage(), new URL(url).origin);
    await visit.page.goto(url);
    return visit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
