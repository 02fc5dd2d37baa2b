import { GraftError } from '../core/errors.js';
import { describe } from '../core/names.js';

/** What is needed of a logger: `console` is one, and so is one of pino's, or of winston's. */
export interface LoggerLike {
  debug(first: unknown, second?: unknown): void;
  info(first: unknown, second?: unknown): void;
  warn(first: unknown, second?: unknown): void;
  error(first: unknown, second?: unknown): void;
}

export type LogLevel = keyof LoggerLike;

/** Writes one line: text, and beside it what a program may want to filter by. */
export type WriteLine = (level: LogLevel, text: string, fields: object) => void;

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * How to write to `logger`. Pino takes what belongs to a line before its text; with the text first it would drop the
 * rest. Everybody else takes it after. Pino's loggers, and they alone, tell their `bindings()`.
 * @throws GraftError `INVALID_OPTION` when a method is missing.
 */
export function lineWriter(logger: LoggerLike): WriteLine {
  for (const level of LEVELS) {
    if (typeof logger === 'object' && logger !== null && typeof logger[level] === 'function') continue;
    throw new GraftError(
      'INVALID_OPTION',
      `logger is ${describe(logger)}, without a method ${level}: give console, or pino`,
    );
  }
  if (typeof Reflect.get(logger, 'bindings') === 'function') {
    return (level, text, fields) => logger[level](fields, text);
  }
  return (level, text, fields) => logger[level](text, fields);
}
