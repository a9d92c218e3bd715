import { JsonNumber } from './json-number.ts';

/** Texts that the reference, which is written in Python, makes of values, so ours read the same. */

/** Name of a value's type. */
export function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return value instanceof JsonNumber && /[.eE]/.test(value.text) ? 'float' : 'int';
}

const longestSpelling = 200;
const deepestSpelling = 5;

/** `str(value)` of a JSON value that is no string; a long or deep one is cut, as it ends up in an answer. */
export const pythonText = (value: unknown): string => spell(value, 0).slice(0, longestSpelling);

function spell(value: unknown, depth: number): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'string') return `'${value.slice(0, longestSpelling)}'`;
  if (typeof value !== 'object' || depth === deepestSpelling) return '...';
  const inner = (item: unknown): string => spell(item, depth + 1);
  // More items than characters can be shown are not even looked at.
  if (Array.isArray(value)) return `[${value.slice(0, longestSpelling).map(inner).join(', ')}]`;
  const entries = Object.entries(value).slice(0, longestSpelling);
  return `{${entries.map(([name, item]) => `${inner(name)}: ${inner(item)}`).join(', ')}}`;
}

/** Length of `json.dumps(value)`: separators `", "` and `": "`, all but printable ASCII as `\uXXXX` per UTF-16 unit. */
export function pythonJsonLength(value: Record<string, string>): number {
  const entries = Object.entries(value);
  const escaped = entries.flat().map((text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, '\\uXXXX').length);
  return escaped.reduce((sum, length) => sum + length, 0) + entries.length * 2 + (entries.length - 1) * 2 + 2;
}
