/**
 * JSON with the keys of every object sorted by code point, without spaces, with non-ASCII characters as they are. Equal
 * values give equal text. Webhooks are signed and sent in this form (docs/api-compatibility.md#webhook-requests), and
 * content is hashed in it. A verifier in another language that sorts keys gets the same bytes.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // JSON.stringify of a sorted object does not do: objects put keys that look like numbers first.
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`);
  return `{${members.join(',')}}`;
}
