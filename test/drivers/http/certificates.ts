import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const openssl = (...args: readonly string[]) => promisify(execFile)('openssl', args);

/** What a node shows, and whom it trusts, in PEM. */
export interface Identity {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

/** A certificate authority of a test's own, with real keys. */
export class Authority implements AsyncDisposable {
  readonly #folder: string;
  #issued = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<Authority> {
    const authority = new Authority(await mkdtemp(join(tmpdir(), 'graft-ca-')));
    await openssl(...authority.#newKey('ca'), '-x509', '-days', '2', '-subj', '/CN=test authority');
    return authority;
  }

  get certificate(): Promise<Buffer> {
    return readFile(this.#path('ca.crt'));
  }

  /** A certificate for these DNS names; with `commonName` and no names, one of the old kind. */
  async issue(names: readonly string[], { commonName = 'node', days = 2 } = {}): Promise<Identity> {
    this.#issued += 1;
    const name = `node-${this.#issued}`;
    const extensions = names.length === 0 ? '' : `subjectAltName=${names.map((one) => `DNS:${one}`).join(',')}`;
    await writeFile(this.#path(`${name}.ext`), `${extensions}\n`);
    await openssl(...this.#newKey(name, 'csr'), '-subj', `/CN=${commonName}`);
    const [request, extension] = [this.#path(`${name}.csr`), this.#path(`${name}.ext`)];
    const authority = ['-CA', this.#path('ca.crt'), '-CAkey', this.#path('ca.key'), '-CAcreateserial'];
    const out = ['-out', this.#path(`${name}.crt`), '-days', String(days), '-extfile', extension];
    await openssl('x509', '-req', '-in', request, ...authority, ...out);
    const [cert, key, ca] = await Promise.all([
      readFile(this.#path(`${name}.crt`)),
      readFile(this.#path(`${name}.key`)),
      this.certificate,
    ]);
    return { cert, key, ca };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  #newKey(name: string, kind: 'crt' | 'csr' = 'crt'): readonly string[] {
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      this.#path(`${name}.key`),
    ];
    return ['req', ...key, '-out', this.#path(`${name}.${kind}`)];
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
