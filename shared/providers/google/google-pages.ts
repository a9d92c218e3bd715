import * as z from 'zod';
import { formatTimestamp } from '../../platform/timestamp.ts';
import type { ChangePage, PageRequest, ReadRequest } from '../calendar-provider.ts';
import { noError, pageLink } from '../page-link.ts';
import { readAnswer } from '../read-answer.ts';
import type { GoogleApi } from './google-api.ts';

/** An answer without any of items and tokens is no page, although all of them are optional. */
const pageSchema = z
  .object({
    items: z.array(z.unknown()).optional(),
    timeZone: z.string().nullable().catch(null),
    nextPageToken: pageLink,
    nextSyncToken: pageLink,
    error: noError,
  })
  .refine(
    ({ items, nextPageToken, nextSyncToken }) => items !== undefined || (nextPageToken ?? nextSyncToken) !== null,
  );

/** The part of an item that identifies it. The rest is parsed per item, so that one bad event blocks no other. */
const itemSchema = z.looseObject({ id: z.string().min(1) });

/** Everything but the items' texts and guests. Without the tokens a mask would break the sync. */
const slimFields = 'timeZone,nextPageToken,nextSyncToken,items(id,status)';

/** Path of a calendar's events. */
export const eventsPath = ({ calendar }: Pick<ReadRequest, 'calendar'>): string =>
  `/calendars/${encodeURIComponent(calendar.uuid ?? 'primary')}/events`;

/** Reads one page of events. @throws ProviderError */
export async function getGooglePage(
  api: GoogleApi,
  path: string,
  query: Record<string, string>,
  hadToken: boolean,
): Promise<ChangePage> {
  const answer = await api.getPage(path, query, hadToken);
  const { items: all = [], ...page } = readAnswer(pageSchema, answer.body);
  const items = all.flatMap((item) => itemSchema.safeParse(item).data ?? []);
  return {
    items,
    tooLarge: [],
    skipped: all.length - items.length,
    next: page.nextPageToken,
    syncToken: page.nextSyncToken,
    timeZone: page.timeZone,
    bytes: answer.bytes,
  };
}

/**
 * A page of a calendar's events, or of the changes since a sync token
 * (https://developers.google.com/workspace/calendar/api/guides/sync). Every page has the same query. Only the last page has
 * the next sync token. An empty page may have a successor.
 *
 * @throws ProviderError
 */
export async function fetchGooglePage(api: GoogleApi, request: PageRequest): Promise<ChangePage> {
  const { syncToken, span, link, pageSize, isSlim } = request;
  const query = {
    singleEvents: 'true',
    maxResults: String(pageSize),
    ...(syncToken ? { syncToken } : { timeMin: formatTimestamp(span.start), timeMax: formatTimestamp(span.end) }),
    ...(link && { pageToken: link }),
    ...(isSlim && { fields: slimFields }),
  };
  const page = await getGooglePage(api, eventsPath(request), query, syncToken !== null || link !== null);
  return isSlim ? { ...page, items: [], tooLarge: page.items.map(({ id }) => id) } : page;
}
