import * as z from 'zod';

const limit = 1000;

/**
 * `metadata` of calendars and bots (contract A1): an object of strings with at least one key, at most 1000 characters
 * as the reference serializes it.
 */
export const metadataField = () =>
  z
    .unknown()
    .transform((value, context): Record<string, string> => {
      const message = findFault(value);
      if (message === null) return value as Record<string, string>;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .pipe(z.record(z.string(), z.string()).meta({ minProperties: 1 }));

function findFault(value: unknown): string | null {
  if (value === undefined) return 'This field is required.';
  if (value === null) return 'This field may not be null.';
  if (typeof value !== 'object' || Array.isArray(value) || Object.getPrototypeOf(value) !== Object.prototype) {
    return 'Metadata must be an object not an array or other type';
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return 'Metadata must have at least one key';
  const wrong = entries.find(([, item]) => typeof item !== 'string');
  if (wrong) return `Value for key '${wrong[0]}' must be a string`;
  return pythonLength(value) > limit ? 'Metadata must be less than 1000 characters' : null;
}

/** Length of Python's `json.dumps(value)`: separators `", "` and `": "`, non-ASCII as `\uXXXX` per UTF-16 unit. */
function pythonLength(value: object): number {
  const entries = Object.entries(value);
  const texts = entries.flatMap(([name, item]) => [name, item as string]);
  const escaped = texts.map((text) => JSON.stringify(text).replace(/[\u0080-\uFFFF]/g, '\\uXXXX').length);
  return escaped.reduce((sum, length) => sum + length, 0) + entries.length * 2 + (entries.length - 1) * 2 + 2;
}
