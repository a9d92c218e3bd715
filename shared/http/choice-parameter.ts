import { AppError } from '../platform/app-error.ts';
import { lastOf } from './api-request.ts';

/** A query parameter with one of a closed list of words; null without it. @throws AppError `invalid_query` */
export function readChoice<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice | null {
  const text = lastOf(query, name);
  return text === undefined ? null : choose(name, text, choices);
}

/**
 * A query parameter with words of a closed list, which is repeated for several; null without it.
 *
 * @param options with `commas` one parameter may have several words @throws AppError `invalid_query`
 */
export function readChoices<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
  { commas = false } = {},
): Choice[] | null {
  const texts = query.getAll(name).flatMap((text) => (commas ? text.split(',') : [text]));
  return texts.length === 0 ? null : texts.map((text) => choose(name, text, choices));
}

/** A query parameter that is `true` or `false`; null without it. @throws AppError `invalid_query` */
export function readBoolean(query: URLSearchParams, name: string): boolean | null {
  const choice = readChoice(query, name, ['true', 'false']);
  return choice === null ? null : choice === 'true';
}

/** An empty text is not one of the words: a variable that a client forgot to fill must not widen a list. */
function choose<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new AppError('invalid_query', `Invalid ${name}. Allowed values: ${choices.join(', ')}`);
}
