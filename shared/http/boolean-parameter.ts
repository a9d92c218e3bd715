import { AppError } from '../platform/app-error.ts';
import { lastOf } from './api-request.ts';

/** A query parameter that is `true` or `false`; null without it. @throws AppError `invalid_query` */
export function readBoolean(query: URLSearchParams, name: string): boolean | null {
  const text = lastOf(query, name);
  if (text === undefined) return null;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new AppError('invalid_query', `Invalid ${name} value. Allowed values: true, false`);
}
