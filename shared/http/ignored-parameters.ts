import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '../platform/app-error.ts';

/** Header of an answer that names query parameters which the operation does not know. */
export const ignoredParametersHeader = 'X-Ignored-Parameters';

/** Longest text of names in a header or an error. */
const longestText = 500;

/**
 * Query parameters that an operation does not know, as a header of its answer: a misspelt filter must not pass in silence.
 * With `Prefer: handling=strict` (RFC 7240) they are refused.
 *
 * @throws AppError `invalid_query`
 */
export function findIgnoredParameters(
  { rawQueryString, headers }: Pick<APIGatewayProxyEventV2, 'rawQueryString' | 'headers'>,
  known: readonly string[],
): Record<string, string> {
  const given = new Set(new URLSearchParams(rawQueryString).keys());
  const unknown = [...given].filter((name) => name !== '' && !known.includes(name)).sort();
  if (unknown.length === 0) return {};
  // In a header, names have only visible ASCII characters.
  const text = unknown.map(encodeURIComponentSafely).join(', ').slice(0, longestText);
  if (!isStrict(headers['prefer'])) return { [ignoredParametersHeader.toLowerCase()]: text };
  const allowed = known.toSorted().join(', ') || 'none';
  throw new AppError('invalid_query', `Unexpected parameter(s): ${text}. Allowed parameters are: ${allowed}`);
}

/** A query may have half of a character, which cannot be encoded. */
const encodeURIComponentSafely = (text: string): string => encodeURIComponent(text.toWellFormed());

const isStrict = (prefer = ''): boolean =>
  prefer.split(/[,;]/).some((part) => /^handling\s*=\s*"?strict"?$/i.test(part.trim()));
