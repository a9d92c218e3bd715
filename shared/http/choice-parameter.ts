import { AppError } from '../platform/app-error.ts';
import { lastOf } from './api-request.ts';

/** A query parameter with one of a closed list of words; null without it. @throws AppError `invalid_query` */
export function readChoice<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice | null {
  const text = lastOf(query, name);
  if (text === undefined) return null;
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new AppError('invalid_query', `Invalid ${name}. Allowed values: ${choices.join(', ')}`);
}
