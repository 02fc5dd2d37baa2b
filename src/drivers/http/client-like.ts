/**
 * What the driver needs of undici's `Pool`: a few keep-alive connections to one peer. Named here, so that neither the
 * package nor its types are needed to compile or to import this driver.
 */
export interface HttpPoolLike {
  dispatch(request: HttpRequestLike, handler: HttpAnswerHandler): boolean;
  /** A connection that was up has ended, whoever ended it. */
  on(event: 'disconnect', listener: () => void): unknown;
  destroy(): Promise<void>;
}

export interface HttpRequestLike {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** Lets go of a request, and of the connection that it is on. */
export interface HttpRequestController {
  abort(reason: Error): void;
}

/** What undici calls as one request goes on; the end or the error comes last. */
export interface HttpAnswerHandler {
  onRequestStart(controller: HttpRequestController): void;
  onResponseStart(controller: HttpRequestController, statusCode: number): void;
  onResponseData(controller: HttpRequestController, chunk: Uint8Array): void;
  onResponseEnd(): void;
  onResponseError(controller: HttpRequestController, error: Error): void;
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
