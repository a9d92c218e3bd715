import type { Window } from './event-slot.ts';
import { graphError, invalidParameter } from './graph-error.ts';

/** A query parameter by its name in any case, as OData reads them. */
export function readParameter(query: URLSearchParams, name: string): string | null {
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return null;
}

function readInstant(query: URLSearchParams, name: string): number {
  const text = readParameter(query, name) ?? '';
  if (text === '') {
    const message =
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.';
    throw graphError(400, 'ErrorInvalidParameter', message);
  }
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text))
    throw invalidParameter(name, text);
  // Read with its own offset, else as UTC; the zone that the answer must have does not matter.
  const ms = Date.parse(/T.*(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  if (Number.isNaN(ms)) throw invalidParameter(name, text);
  return ms;
}

/** `startDateTime` and `endDateTime` of a view. Throws 400 without them, for nonsense, and for an empty window. */
export function readWindow(query: URLSearchParams): Window {
  const fromMs = readInstant(query, 'StartDateTime');
  const toMs = readInstant(query, 'EndDateTime');
  if (toMs <= fromMs) throw invalidParameter('EndDateTime', readParameter(query, 'EndDateTime') ?? '');
  return { fromMs, toMs };
}
