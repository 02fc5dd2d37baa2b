import type { IncomingMessage } from 'node:http';
import { TimeLimit } from '../time-limit.js';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Why there is no body. */
export type BodyRejection = 'bodyTaken' | 'bodyTooLarge' | 'slowBody' | 'cutBody';

export type Body = { readonly bytes: Buffer } | { readonly rejection: BodyRejection };

/** The body of `request`, if it comes whole, in time and no longer than allowed. Never rejects. */
export function readBody(request: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Body> {
  if (request.readableDidRead) return Promise.resolve({ rejection: 'bodyTaken' });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve({ rejection: 'bodyTooLarge' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (body: Body): void => {
      limit.end();
      request.off('data', take).off('end', whole).off('close', cut).off('error', cut);
      // Whatever else comes is let past, and a connection that breaks now concerns nobody.
      request.on('error', () => undefined).resume();
      resolve(body);
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) end({ rejection: 'bodyTooLarge' });
      else chunks.push(chunk);
    };
    const whole = (): void => end({ bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
    const cut = (): void => end({ rejection: 'cutBody' });
    const limit = new TimeLimit(timeoutMs, () => end({ rejection: 'slowBody' }));
    request.on('data', take).on('end', whole).on('close', cut).on('error', cut);
  });
}
