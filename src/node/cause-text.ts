/** What was thrown, as a message shows it. Anything may be thrown, even what makes no text. */
export function causeText(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  try {
    return String(cause);
  } catch {
    return 'something that cannot be shown';
  }
}
