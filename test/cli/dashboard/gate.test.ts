// Who may ask the server of graft dashboard, and who may have the leader step down (docs/dashboard.md).
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Gate } from '../../../src/cli/dashboard/gate.js';
import { TOKEN_HEADER } from '../../../src/cli/dashboard/page-protocol.js';

const HOST = '127.0.0.1:7480';
const ORIGIN = `http://${HOST}`;
const TOKEN = 'the-token-of-this-start';

function requestWith(headers: Readonly<Record<string, string>>, url = '/'): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  Object.assign(request.headers, headers);
  return request;
}
const tells = (headers: Readonly<Record<string, string>>, names: readonly string[] = []) =>
  new Gate(names).refusesToTell(requestWith(headers))?.status ?? 'told';
const acts = (headers: Readonly<Record<string, string>>) =>
  new Gate([]).refusesToAct(requestWith({ host: HOST, ...headers }), TOKEN)?.status ?? 'done';

describe('a name that a site has pointed at this machine (DNS rebinding)', () => {
  test.each([
    'evil.example',
    'evil.example:7480',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
    'a b',
    '[::1',
  ])('is told nothing: %j', (host) => {
    expect(tells({ host })).toBe(421);
  });

  test.each([HOST, 'localhost:7480', 'LOCALHOST', '[::1]:7480', '192.168.1.7:7480'])(
    'is none where it is localhost or an address: %s',
    (host) => {
      expect(tells({ host })).toBe('told');
    },
  );

  test('twin: with its name allowed it is told everything', () => {
    expect(tells({ host: 'evil.example:7480' }, ['Evil.example'])).toBe('told');
  });
});

describe('a page of another origin', () => {
  test.each([
    { origin: 'http://evil.example' },
    { origin: 'http://127.0.0.1:7481' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
  ])('is told nothing: %j', (headers) => {
    expect(tells({ host: HOST, ...headers })).toBe(403);
  });

  test('may have a link to this one, which is no question of its own; to the events it may not', () => {
    const link = { host: HOST, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(tells(link)).toBe('told');
    expect(new Gate([]).refusesToTell(requestWith(link, '/events'))?.status).toBe(403);
  });

  test('twin: the page itself is told, also by https from a proxy', () => {
    expect(tells({ host: HOST, origin: ORIGIN, 'sec-fetch-site': 'same-origin' })).toBe('told');
    expect(tells({ host: HOST, origin: `https://${HOST}` })).toBe('told');
  });
});

describe('a step-down', () => {
  test.each([
    ['without an origin, as from a form of an old browser', { [TOKEN_HEADER]: TOKEN }],
    ['from another origin that knows the token', { origin: 'http://evil.example', [TOKEN_HEADER]: TOKEN }],
    ['without the token', { origin: ORIGIN }],
    ['with a token of an earlier start', { origin: ORIGIN, [TOKEN_HEADER]: 'the-token-of-that-start' }],
    ['with a longer token', { origin: ORIGIN, [TOKEN_HEADER]: `${TOKEN}x` }],
  ])('%s is refused', (_, headers) => {
    expect(acts(headers)).toBe(403);
  });

  test('twin: from the page, with its token, it is done', () => {
    expect(acts({ origin: ORIGIN, [TOKEN_HEADER]: TOKEN })).toBe('done');
  });
});
