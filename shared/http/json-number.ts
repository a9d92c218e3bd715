/** A number in a request body as the client wrote it. String fields take its text (docs/api-compatibility.md#conventions). */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of a request body as ordinary JSON: numbers are numbers. */
export function plainJson(value: unknown): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(plainJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainJson(item)]));
}

/**
 * The first number in a value of a request body that would be another one when it is written again: an integer beyond 2^53
 * with other digits, or a number beyond 1.8e308.
 *
 * @returns its text, or null
 */
export function inexactNumber(value: unknown): string | null {
  if (value instanceof JsonNumber) return isExact(value.text) ? null : value.text;
  if (value === null || typeof value !== 'object') return null;
  for (const item of Object.values(value)) {
    const found = inexactNumber(item);
    if (found !== null) return found;
  }
  return null;
}

function isExact(text: string): boolean {
  const number = Number(text);
  return Number.isFinite(number) && (!/^-?\d+$/.test(text) || String(number) === text.replace(/^-0$/, '0'));
}
