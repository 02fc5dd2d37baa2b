/**
 * What the driver needs of undici's `Pool`: a few keep-alive connections to one peer. Named here, so that neither the
 * package nor its types are needed to compile or to import this driver.
 */
export interface HttpPoolLike {
  request(options: HttpRequestLike): Promise<HttpResponseLike>;
  destroy(): Promise<void>;
}

export interface HttpRequestLike {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal: AbortSignal;
}

export interface HttpResponseLike {
  readonly statusCode: number;
  readonly body: { text(): Promise<string> };
}

export interface HttpPoolOptions {
  readonly connections: number;
  readonly connect: object;
  readonly pipelining: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly maxHeaderSize: number;
  readonly maxResponseSize: number;
}

export interface UndiciLike {
  readonly Pool: new (origin: string, options: HttpPoolOptions) => HttpPoolLike;
}
