// The pages that listen to graft dashboard: no one of them can make it grow.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Audience, MAX_LISTENERS } from '../../../src/cli/dashboard/audience.js';
import { Observation } from '../../../src/cli/dashboard/observation.js';

const GREETING = { cluster: 'jobs', version: '1.0.0', patienceMs: 2_000, stepDownToken: null };
const snapshot = (atMs: number) => new Observation(0).snapshot(atMs, 0);

/** A page that takes what it is sent, or nothing more. */
class Page extends ServerResponse {
  readonly heard: string[] = [];
  isFull = false;

  constructor() {
    super(new IncomingMessage(new Socket()));
    Object.defineProperty(this, 'writableNeedDrain', { get: () => this.isFull });
  }

  override write(chunk: unknown): boolean {
    this.heard.push(String(chunk));
    return true;
  }

  get snapshots(): readonly number[] {
    return [...this.heard.join('').matchAll(/^event: snapshot\ndata: (.*)$/gm)].map(([, data = '{}']) => {
      const { atMs }: { readonly atMs: number } = JSON.parse(data);
      return atMs;
    });
  }
}

describe('a page that joins', () => {
  test('is greeted, told the newest snapshot at once, and then each new one', () => {
    const audience = new Audience(GREETING);
    audience.tell(snapshot(1));
    audience.tell(snapshot(2));
    const page = new Page();
    audience.join(page);
    audience.tell(snapshot(3));
    expect(page.heard.join('')).toContain(`event: greeting\ndata: ${JSON.stringify(GREETING)}\n\n`);
    expect(page.snapshots).toEqual([2, 3]);
  });

  test('and goes is no longer told', () => {
    const audience = new Audience(GREETING);
    const page = new Page();
    audience.join(page);
    page.emit('close');
    audience.tell(snapshot(1));
    expect([audience.size, page.snapshots]).toEqual([0, []]);
  });
});

describe('a page that reads slower than it is told', () => {
  test('misses snapshots instead of having them queued, and has the newest once it reads again', () => {
    const audience = new Audience(GREETING);
    const page = new Page();
    audience.join(page);
    page.isFull = true;
    for (let atMs = 1; atMs <= 50; atMs++) audience.tell(snapshot(atMs));
    page.isFull = false;
    audience.tell(snapshot(51));
    expect(page.snapshots).toEqual([51]);
  });

  test('is let go after a hundred that it missed', () => {
    const audience = new Audience(GREETING);
    const page = new Page();
    audience.join(page);
    page.isFull = true;
    for (let atMs = 1; atMs <= 100; atMs++) audience.tell(snapshot(atMs));
    expect(page.destroyed).toBe(false);
    audience.tell(snapshot(101));
    expect(page.destroyed).toBe(true);
  });
});

test('no more than so many pages listen', () => {
  const audience = new Audience(GREETING);
  for (let count = 0; count < MAX_LISTENERS; count++) {
    expect(audience.isFull).toBe(false);
    audience.join(new Page());
  }
  expect(audience.isFull).toBe(true);
});
