import { AppError } from '../platform/app-error.ts';
import { JsonNumber } from './json-number.ts';
import { pythonType } from './python-spelling.ts';

/**
 * Parses a request body to an object.
 *
 * @param bytes the body; invalid UTF-8 is a parse error
 * @throws AppError `malformed_request` for malformed JSON, `invalid_fields` for a value that is not an object
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
    // Nesting that exceeds the stack is a RangeError.
    const reason =
      error instanceof SyntaxError
        ? error.message
        : error instanceof RangeError
          ? 'nested too deeply'
          : 'invalid UTF-8';
    throw new AppError('malformed_request', `JSON parse error - ${reason}`);
  }
}
