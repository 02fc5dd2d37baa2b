import { readFileSync } from 'node:fs';

/** A message that a Go graft node published (test/fixtures/go-graft/README.md). */
export interface GoFrame {
  readonly type: 'VoteRequest' | 'VoteResponse' | 'Heartbeat';
  readonly fields: {
    /** Decimal: terms are 64 bits wide there. */
    readonly Term: string;
    readonly Candidate?: string;
    /** Hexadecimal. */
    readonly CurrentState?: string;
    readonly Granted?: boolean;
    readonly Leader?: string;
  };
  readonly hex: string;
  readonly note: string;
}

export function readGoFrames(): readonly GoFrame[] {
  const path = new URL('../fixtures/go-graft/wire.json', import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
