/**
 * JSON with the keys of every object sorted by code point, without spaces, with non-ASCII characters as they are. Equal
 * values give equal text. Webhooks are signed and sent in this form (docs/api-compatibility.md#webhook-requests), and
 * content is hashed in it. A verifier in another language that sorts keys gets the same bytes.
 */
export function canonicalJson(value: unknown): string {
  if (value instanceof WrittenNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // JSON.stringify of a sorted object does not do: objects put keys that look like numbers first.
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`);
  return `{${members.join(',')}}`;
}

/** The canonical form of a JSON text. Numbers stay as the sender wrote them: other languages write `1.0` and `1e-05`. */
export function canonicalText(json: string): string {
  const keep = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined ? new WrittenNumber(context.source) : value;
  return canonicalJson(JSON.parse(json, keep));
}

class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Order by code point. As bytes of UTF-8, halves of surrogate pairs would all be equal; as UTF-16 they would come too early. */
function compareCodePoints(a: string, b: string): number {
  let index = 0;
  while (index < a.length && index < b.length) {
    const [left = 0, right = 0] = [a.codePointAt(index), b.codePointAt(index)];
    if (left !== right) return left - right;
    index += left > 0xffff ? 2 : 1;
  }
  return a.length - b.length;
}
