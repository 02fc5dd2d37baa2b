import { TimeLimit } from '../time-limit.js';
import type { HttpPoolLike, HttpRequestController, HttpRequestLike } from './client-like.js';

/** A peer's whole answer. */
export interface Reply {
  readonly statusCode: number;
  readonly text: string;
}

/**
 * One request and its answer. Rejects with the cause where there is none, or none within `limitMs`; while its
 * connection does not come up it waits for that, which the pool limits.
 *
 * By `dispatch`, undici's lowest layer: its promises, streams and signals cost a sixth of a message's way on loopback, five
 * times in a handover.
 */
export function exchange(pool: HttpPoolLike, request: HttpRequestLike, limitMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let statusCode = 0;
    const chunks: Uint8Array[] = [];
    let started: HttpRequestController | undefined;
    let overdue: Error | undefined;
    const limit = new TimeLimit(limitMs, () => {
      overdue = new Error(`no answer within ${limitMs} ms`);
      started?.abort(overdue);
    });
    pool.dispatch(request, {
      onRequestStart(controller) {
        started = controller;
        if (overdue !== undefined) controller.abort(overdue);
      },
      // The last one counts: those before it are news that an answer will come.
      onResponseStart(_controller, code) {
        statusCode = code;
      },
      // The pool limits how much there may be.
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        limit.end();
        resolve({ statusCode, text: Buffer.concat(chunks).toString('utf8') });
      },
      onResponseError(_controller, error) {
        limit.end();
        reject(error);
      },
    });
  });
}
