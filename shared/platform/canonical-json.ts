/**
 * JSON with the keys of every object sorted by code point, no spaces, non-ASCII as it is: the form webhooks are signed
 * and sent in (docs/api-compatibility.md#webhook-requests) and content is hashed in. Equal values give equal text, and a verifier in another language
 * that sorts keys gets the same bytes.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // Written by hand, as an object would put keys that look like numbers first, whatever their order was.
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`);
  return `{${members.join(',')}}`;
}
