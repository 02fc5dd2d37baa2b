/**
 * Whether a request failed because nothing listens at the peer's address: its machine answers, and no process does. What
 * is reset, unreachable or silent says nothing of the kind: a paused process takes connections, and a cut network none.
 */
export function isRefusedConnection(cause: unknown): boolean {
  // Where a name has several addresses, each is tried: one that does not refuse may be the peer's.
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(isRefusedConnection);
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
