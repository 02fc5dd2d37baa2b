/** `library` is its path. Never throws: `missing` says why there is none. */
export function ensureFaketime(options?: {
  readonly log?: (line: string) => void;
}): { readonly library: string } | { readonly missing: string };
