/** A Chromium that runs, found or installed. Rejects with all that was tried. */
export function ensureChromium(options?: {
  readonly log?: (line: string) => void;
}): Promise<{ readonly path: string; readonly version: string; readonly how: string }>;
