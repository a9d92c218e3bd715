import { AppError } from '../platform/app-error.ts';
import { lastOf } from './api-request.ts';

/** The most rows that a client may ask for in a page. */
export const mostRows = 100;

/** The query parameter `limit`: rows in a page. @param usual without the parameter @throws AppError `invalid_query` */
export function readLimit(query: URLSearchParams, usual: number): number {
  const text = lastOf(query, 'limit');
  if (text === undefined) return usual;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= mostRows) return limit;
  throw new AppError('invalid_query', `Invalid limit. Use a whole number from 1 to ${mostRows}`);
}
