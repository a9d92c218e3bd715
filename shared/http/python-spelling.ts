import { JsonNumber } from './json-number.ts';

/** Spells values as the reference does, which is written in Python. */

/** Python's name of a value's type. */
export function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return value instanceof JsonNumber && /[.eE]/.test(value.text) ? 'float' : 'int';
}

const longestSpelling = 200;
const deepestSpelling = 5;

/** Python's `str(value)` of a JSON value. Long and deep values are cut, because answers repeat the text. */
export const pythonText = (value: unknown): string => spell(value, 0).slice(0, longestSpelling);

function spell(value: unknown, depth: number): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'string') return `'${value.slice(0, longestSpelling)}'`;
  if (typeof value !== 'object' || depth === deepestSpelling) return '...';
  const inner = (item: unknown): string => spell(item, depth + 1);
  // Items beyond the number of characters would be cut anyway.
  if (Array.isArray(value)) return `[${value.slice(0, longestSpelling).map(inner).join(', ')}]`;
  const entries = Object.entries(value).slice(0, longestSpelling);
  return `{${entries.map(([name, item]) => `${inner(name)}: ${inner(item)}`).join(', ')}}`;
}

/** Length of Python's `json.dumps(value)`: separators `", "` and `": "`, all but printable ASCII as `\uXXXX` per UTF-16 unit. */
export function pythonJsonLength(value: Record<string, string>): number {
  const entries = Object.entries(value);
  const escaped = entries.flat().map((text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, '\\uXXXX').length);
  return escaped.reduce((sum, length) => sum + length, 0) + entries.length * 2 + (entries.length - 1) * 2 + 2;
}
