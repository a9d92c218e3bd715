import { AppError } from '../platform/app-error.ts';
import { JsonNumber } from './json-number.ts';
import { pythonType } from './python-spelling.ts';

/**
 * Parses a request body to an object.
 *
 * @param bytes the body; invalid UTF-8 is a parse error
 * @throws AppError 400: `{"detail":"JSON parse error - …"}` for malformed JSON, `{"non_field_errors":[…]}` for a value
 *   that is no object (docs/api-compatibility.md#conventions)
 */
export function parseJson(bytes: Uint8Array): Record<string, unknown> {
  const value = parse(bytes);
  if (value === null) throw new AppError('invalid_fields', 'No data provided');
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) {
    throw new AppError('invalid_fields', `Invalid data. Expected a dictionary, but got ${pythonType(value)}.`);
  }
  return value as Record<string, unknown>;
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return JSON.parse(text, function reviveNumber(this: unknown, _key, value: unknown, context?: { source?: string }) {
      return typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value;
    });
  } catch (error) {
    // Nesting beyond the stack is a RangeError; to the client it is one more document that cannot be parsed.
    const reason =
      error instanceof SyntaxError
        ? error.message
        : error instanceof RangeError
          ? 'nested too deeply'
          : 'invalid UTF-8';
    throw new AppError('malformed_request', `JSON parse error - ${reason}`);
  }
}
