import { UsageError } from '../failure.js';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Where `--listen` says: `PORT`, `HOST:PORT` or `[IPV6]:PORT`; port 0 is whichever is free. @throws UsageError. */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, port] = /^(?:(?:\[([\da-f:.]+)\]|([\w.-]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new UsageError(`--listen is ${JSON.stringify(text)}: give PORT, HOST:PORT or [IPV6]:PORT`);
  }
  return { host: bracketed ?? plain ?? '127.0.0.1', port: Number(port) };
}
