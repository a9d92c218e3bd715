/** Largest `raw` we keep, in characters of JSON: far below DynamoDB's 400 KB for an item once compressed. */
const limit = 200_000;

/**
 * The provider's event, cut where it is too large to keep: first very long texts, then long ones, at last everything
 * but short top-level values. Never refused (contract A3: very long bodies are cut).
 */
export function cutRaw(raw: Record<string, unknown>): Record<string, unknown> {
  if (JSON.stringify(raw).length <= limit) return raw;
  for (const longest of [50_000, 5_000, 500]) {
    const cut = cutTexts(raw, longest) as Record<string, unknown>;
    if (JSON.stringify(cut).length <= limit) return cut;
  }
  const kept: Record<string, unknown> = {};
  let size = 0;
  for (const [name, value] of Object.entries(raw)) {
    const length = name.length + JSON.stringify(value).length;
    if (length <= 1_000 && size + length <= limit) {
      kept[name] = value;
      size += length;
    }
  }
  return kept;
}

function cutTexts(value: unknown, longest: number): unknown {
  if (typeof value === 'string') return value.length > longest ? value.slice(0, longest) : value;
  if (Array.isArray(value)) return value.map((item) => cutTexts(item, longest));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cutTexts(item, longest)]));
}
