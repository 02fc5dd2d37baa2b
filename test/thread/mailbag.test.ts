// A main thread that hangs for ever must not grow memory: what the worker tells it is bounded, and nothing that matters is lost.
import { describe, expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { Board } from '../../src/thread/between/board.js';
import { packError } from '../../src/thread/between/error-parcel.js';
import type { FromWorker } from '../../src/thread/between/messages.js';
import { Mailbag } from '../../src/thread/worker/mailbag.js';

const error: FromWorker = { kind: 'error', error: packError(new Error('again')) };
const leads = (id: string, term: number): FromWorker => ({ kind: 'leaderChange', leader: parseNodeId(id), term });
const lost: FromWorker = {
  kind: 'stateChange',
  change: { from: 'LEADER', to: 'FOLLOWER', term: 1, reason: 'unfit' },
};

class Hung {
  readonly board = new Board();
  readonly inbox: FromWorker[] = [];
  readonly mail = new Mailbag({ postMessage: (message) => void this.inbox.push(message) }, this.board);
  #read = 0;

  /** It is back, and reads all that there is. */
  reads(): void {
    for (; this.#read < this.inbox.length; this.#read++) this.board.countMessage();
  }
}

describe('a main thread that reads nothing', () => {
  test('is told of so many errors, and no more', () => {
    const hung = new Hung();
    for (let told = 0; told < 10_000; told++) hung.mail.post(error);
    expect(hung.inbox).toHaveLength(256);
    expect(hung.mail.isFull).toBe(true);
    hung.reads();
    hung.mail.post(error);
    expect(hung.inbox).toHaveLength(257);
  });

  test('finds the newest leader when it is back, once there is room, and not those between', () => {
    const hung = new Hung();
    for (let told = 0; told < 300; told++) hung.mail.post(error);
    for (let term = 1; term < 1000; term++) hung.mail.post(leads('b', term));
    expect(hung.inbox).toHaveLength(256);
    hung.reads();
    hung.mail.release();
    expect(hung.inbox.slice(256)).toEqual([leads('b', 999)]);
  });

  test('is told of a loss of leadership however much it has to read; what was kept back comes before what is newer', () => {
    const hung = new Hung();
    for (let told = 0; told < 300; told++) hung.mail.post(error);
    hung.mail.post(leads('b', 1));
    hung.mail.post(lost);
    expect(hung.inbox.slice(256)).toEqual([lost]);
    hung.reads();
    hung.mail.post(leads('c', 2));
    expect(hung.inbox.slice(257)).toEqual([leads('b', 1), leads('c', 2)]);
  });
});
