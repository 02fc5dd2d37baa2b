import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** What a lock says of its owner. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** The running kernel: anew at every boot, the same in all containers on one machine. */
  readonly kernel: string;
  /** The owner's {@link LifeSign}: a random name in the log's directory, so no two owners have the same record. */
  readonly socket: string;
}

const SOCKET_NAME = /^\.graft-lock-[0-9a-f]{16}$/;

/** The record of an owner in this process. */
export async function describeSelf(socket: string): Promise<LockOwner> {
  const host = hostname();
  return { pid: process.pid, host, kernel: await runningKernel(host), socket };
}

/** A record as text. */
export function formatOwner({ pid, host, kernel, socket }: LockOwner): string {
  return JSON.stringify({ pid, host, kernel, socket });
}

/** The record in `text`; undefined when no process that follows this protocol wrote it. */
export function parseOwner(text: string): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, host, kernel, socket }: { [field in keyof LockOwner]?: unknown } = value;
  if (!Number.isSafeInteger(pid) || typeof pid !== 'number') return undefined;
  if (typeof host !== 'string' || typeof kernel !== 'string') return undefined;
  if (typeof socket !== 'string' || !SOCKET_NAME.test(socket)) return undefined;
  return { pid, host, kernel, socket };
}

async function runningKernel(host: string): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    // Not Linux: the best that a pure Node program learns is which machine it is on.
    return `host ${host}`;
  }
}
