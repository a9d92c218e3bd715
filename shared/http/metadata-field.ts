import * as z from 'zod';
import { pythonJsonLength } from './python-spelling.ts';

const limit = 1000;

/** Metadata as it is stored and shown. */
export const metadataSchema = z
  .record(z.string(), z.string())
  .meta({ minProperties: 1, propertyNames: { pattern: '^(?!__proto__$)' } });

/**
 * `metadata` of calendars and bots (docs/api-compatibility.md#calendars): an object of strings with at least one key and
 * at most 1000 characters in the serialization of the reference.
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
    .pipe(metadataSchema);

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
  // JSON parsers of clients may set the prototype instead of a key.
  if (Object.hasOwn(value, '__proto__')) return "Metadata must not have the key '__proto__'";
  return pythonJsonLength(value as Record<string, string>) > limit
    ? 'Metadata must be less than 1000 characters'
    : null;
}
