import { createSecureContext, type SecureContext } from 'node:tls';
import { GraftError } from '../../core/errors.js';
import type { HttpTlsOptions } from './options.js';

/**
 * What a node shows and whom it trusts, for all its connections: to read a certificate takes longer than a handshake, and
 * blocks the node meanwhile.
 * @throws GraftError `DRIVER_FAILED` when the certificate, the key or the authority cannot be read, or do not fit.
 */
export function createTlsContext({ cert, key, ca }: HttpTlsOptions): SecureContext {
  try {
    const [certPem, keyPem, caPem] = [cert, key, ca].map((pem) => Buffer.from(pem));
    return createSecureContext({ cert: certPem, key: keyPem, ca: caPem, minVersion: 'TLSv1.3' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GraftError('DRIVER_FAILED', `tls.cert, tls.key and tls.ca cannot be used: ${why}; give PEM`, { cause });
  }
}
