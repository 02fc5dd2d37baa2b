import { expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { exitCodeOf } from '../../src/cli/failure.js';
import { GraftError, type GraftErrorCode } from '../../src/core/errors.js';

test.each<[GraftErrorCode, number]>([
  ['DRIVER_FAILED', EXIT.unreachable],
  ['NO_ANSWER', EXIT.unanswered],
  ['NO_HEIR', EXIT.refused],
  // Leadership was given up: nothing was refused.
  ['NO_SUCCESSOR', EXIT.noLeader],
])('a step-down that fails with %s ends with code %i', (code, exit) => {
  expect(exitCodeOf(new GraftError(code, 'as told'))).toBe(exit);
});
