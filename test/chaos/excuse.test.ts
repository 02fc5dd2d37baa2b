import { describe, expect, test } from 'vitest';
import { GraftError } from '../../src/index.js';
import { isExcused } from './excuse.js';

describe('A member that cannot start', () => {
  test.each<[string, unknown]>([
    ['a full disk', new GraftError('LOG_WRITE_FAILED', 'no space left on device')],
    ['a server that is away', Object.assign(new Error('CONNECTION_REFUSED'), { code: 'CONNECTION_REFUSED' })],
  ])('is excused by %s', (_, error) => {
    expect(isExcused(error)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['a log that it cannot read', new GraftError('LOG_CORRUPT', 'no JSON')],
    ['a log that another process has', new GraftError('LOG_LOCKED', 'locked')],
    ['a mistake of ours', new TypeError('undefined is not a function')],
  ])('is not excused by %s', (_, error) => {
    expect(isExcused(error)).toBe(false);
  });
});
