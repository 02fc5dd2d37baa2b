const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|(?:::ffff:)?127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether `host`, a name or an address, is this machine's alone: what goes there no other machine sees. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
