import type { ServerResponse } from 'node:http';
import { JSON_TYPE } from './headers.js';
import { REJECTION_STATUS, type RequestRejection } from './rejections.js';

/** Tells people; ends with a newline, for who asks from a shell. */
export function answerJson(response: ServerResponse, value: object, status = 200): void {
  response
    .writeHead(status, { 'content-type': JSON_TYPE, 'cache-control': 'no-store' })
    .end(`${JSON.stringify(value)}\n`);
}

/** The message is the node's now. Whatever it answers is a message of its own, to the sender's address. */
export function answerTaken(response: ServerResponse): void {
  response.writeHead(202, { 'content-length': 0 }).end();
}

export interface Refusal {
  readonly rejection: RequestRejection;
  /** What is wrong, and what would not be. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Turns a request away. What is left of its body is not waited for, so the connection goes with it. */
export function answerRefusal(response: ServerResponse, { rejection, message, headers }: Refusal): void {
  response.shouldKeepAlive = false;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  answerJson(response, { error: rejection, message }, REJECTION_STATUS[rejection]);
}
