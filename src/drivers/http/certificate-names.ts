import type { PeerCertificate } from 'node:tls';

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
