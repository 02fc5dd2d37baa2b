// Colours and live screens are for terminals: everywhere else there are plain lines.
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Terminal } from '../../src/cli/terminal.js';

class Captured extends Writable {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function terminal(
  isTTY: boolean,
  options: { readonly env?: object; readonly json?: boolean; readonly noColor?: boolean } = {},
) {
  const [out, error] = [new Captured(isTTY), new Captured(isTTY)];
  const { env = {}, json = false, noColor = false } = options;
  return { out, error, terminal: new Terminal({ out, error, env: { ...env }, json, noColor }) };
}

describe('a terminal', () => {
  test('has colours, and a screen that is painted over', () => {
    const { out, terminal: it } = terminal(true);
    expect(it.paint('red', 'no')).toBe('\u001b[31mno\u001b[0m');
    it.enterScreen();
    it.repaint(['one']);
    it.leaveScreen();
    expect(out.text).toBe('\u001b[?1049h\u001b[?25l\u001b[H\u001b[Jone\n\u001b[?25h\u001b[?1049l');
  });

  test.each([
    ['that is none', terminal(false)],
    ['of somebody who set NO_COLOR', terminal(true, { env: { NO_COLOR: '1' } })],
    ['of somebody who said --no-color', terminal(true, { noColor: true })],
    ['that is dumb', terminal(true, { env: { TERM: 'dumb' } })],
    ['where JSON is wanted', terminal(true, { json: true })],
  ])('%s has no colours', (_, { terminal: it }) => {
    expect(it.paint('red', 'no')).toBe('no');
  });

  test.each([
    ['that is none', terminal(false)],
    ['that is dumb', terminal(true, { env: { TERM: 'dumb' } })],
    ['where JSON is wanted', terminal(true, { json: true })],
  ])('%s has no screen', (_, { out, terminal: it }) => {
    it.enterScreen();
    it.repaint(['one']);
    it.leaveScreen();
    expect(out.text).toBe('');
  });

  test('with an empty NO_COLOR has colours, as no-color.org says', () => {
    expect(terminal(true, { env: { NO_COLOR: '' } }).terminal.paint('red', 'no')).toContain('\u001b');
  });

  test('keeps results and notes apart', () => {
    const { out, error, terminal: it } = terminal(false);
    it.line('result');
    it.value({ a: 1 });
    it.note('note');
    expect([out.text, error.text]).toEqual(['result\n{"a":1}\n', 'note\n']);
  });
});
