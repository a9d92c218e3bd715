/**
 * JSON with keys sorted at every depth, no spaces, non-ASCII as it is: the form webhooks are signed and sent in
 * (contract A5) and content is hashed in. Equal values give equal text.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
