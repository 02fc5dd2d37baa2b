import type { PeerCertificate } from 'node:tls';
import { describe } from '../../core/names.js';

/**
 * The names that `certificate` vouches for: the DNS names of its alternative names, or its common name where it has
 * none, as RFC 6125 has it. They are compared exactly, case included and without wildcards: `a` and `A` are two ids.
 */
export function certificateNames(certificate: PeerCertificate): readonly string[] {
  // An entry that could be mistaken for two is quoted by Node, and is then no plain name.
  const names = (certificate.subjectaltname ?? '')
    .split(', ')
    .filter((entry) => entry.startsWith('DNS:'))
    .map((entry) => entry.slice('DNS:'.length));
  if (names.length > 0) return names;
  return [certificate.subject?.CN ?? []].flat();
}

/** Settings of a TLS connection on which the other side's certificate must be for `name`. */
export function toPeerNamed(name: string) {
  return {
    rejectUnauthorized: true,
    // A resumed session is not asked for its certificate again.
    maxCachedSessions: 0,
    // The name must be the node's, not the host's: behind an address that was given away another node may answer.
    checkServerIdentity: (_host: string, certificate: PeerCertificate) => {
      const names = certificateNames(certificate);
      if (names.includes(name)) return undefined;
      return new Error(`its certificate is for ${names.map(describe).join(', ')}, not for ${name}`);
    },
  };
}
