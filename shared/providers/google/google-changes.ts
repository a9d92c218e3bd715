import * as z from 'zod';
import type { ProviderChange } from '../../events/calendar-event.ts';
import { formatTimestamp } from '../../platform/timestamp.ts';
import type { TimeSpan } from '../../sync/sync-window.ts';
import type { ChangeSet } from '../calendar-provider.ts';
import { ProviderError } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import { resolveTimeZone } from '../resolve-time-zone.ts';
import type { GoogleApi } from './google-api.ts';
import { readGoogleEvent } from './google-event.ts';

const pageSchema = z.object({
  items: z.array(z.unknown()).default([]),
  timeZone: z.string().catch('UTC'),
  nextPageToken: z.string().optional(),
  nextSyncToken: z.string().optional(),
});

/** The part of an item that identifies it. The rest is parsed per item, so that one bad event blocks no other. */
const itemSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string().optional().catch(undefined),
  recurringEventId: z.string().optional().catch(undefined),
});
type Item = z.output<typeof itemSchema>;

const isAllDay = (item: Item): boolean => z.object({ start: z.object({ date: z.string() }) }).safeParse(item).success;

/** Instance ids are `<series id>_<date>` or `<series id>_<UTC time>`. Tombstones may have nothing else. */
const instanceId = /^(.+)_\d{8}(?:T\d{6}Z)?$/;

/** One new listing costs less than checking more suspicious series than this. */
const seriesChecks = 5;

/**
 * Lists a calendar's events, or the changes since a sync token
 * (https://developers.google.com/workspace/calendar/api/guides/sync). Every page has the same query. Only the last page has
 * the next sync token. An empty page may have a successor.
 *
 * @throws ProviderError
 */
export async function fetchGoogleChanges(
  api: GoogleApi,
  { calendarUuid, syncToken, span }: { calendarUuid: string | null; syncToken: string | null; span: TimeSpan },
): Promise<ChangeSet> {
  const events = `/calendars/${encodeURIComponent(calendarUuid ?? 'primary')}/events`;
  const query: Record<string, string> = {
    singleEvents: 'true',
    maxResults: '2500',
    ...(syncToken ? { syncToken } : { timeMin: formatTimestamp(span.start), timeMax: formatTimestamp(span.end) }),
  };
  const items: unknown[] = [];
  let pageToken: string | undefined;
  for (;;) {
    const page = readAnswer(
      pageSchema,

      await api.get(events, { ...query, ...(pageToken && { pageToken }) }, syncToken !== null),
    );
    // One at a time, because spreading thousands of items overflows the stack.
    for (const item of page.items) items.push(item);
    pageToken = page.nextPageToken;
    if (pageToken) continue;
    if (!page.nextSyncToken)
      throw new ProviderError(
        { kind: 'retry', error: 'answer_unreadable' },
        'no_sync_token',
        'the listing ended without a sync token',
      );
    const known = items.flatMap((item) => itemSchema.safeParse(item).data ?? []);
    // All-day events of a calendar in an unknown zone stay readable, in UTC, and are counted.
    const zone = resolveTimeZone(page.timeZone);
    const misplaced = zone === null ? known.filter(isAllDay).length : 0;
    const changes = readItems(known, zone ?? 'UTC');
    if (syncToken) changes.push(...(await findGoneSeries(api, events, known)));
    return {
      kind: syncToken ? 'delta' : 'listing',
      changes,
      skipped: items.length - known.length + misplaced + changes.filter(({ kind }) => kind === 'unreadable').length,
      syncToken: page.nextSyncToken,
      timeZone: zone ?? 'UTC',
    };
  }
}

function readItems(items: Item[], timeZone: string): ProviderChange[] {
  return items.map((item) => {
    if (item.status === 'cancelled') return { kind: 'removed', platform_uuid: item.id };
    try {
      return { kind: 'event', event: readGoogleEvent(item, timeZone) };
    } catch {
      // The sync log shows the count.
      return { kind: 'unreadable', platform_uuid: item.id };
    }
  });
}

/**
 * Google reports only about six months of a deleted series' instances as cancelled
 * (https://github.com/googleapis/google-api-ruby-client/issues/860). When several instances of a series were cancelled at
 * once, the master is read: it shows whether the whole series is deleted.
 */
async function findGoneSeries(api: GoogleApi, events: string, items: Item[]): Promise<ProviderChange[]> {
  const cancelled = new Map<string, number>();
  for (const { id, status, recurringEventId } of items) {
    const series = status === 'cancelled' ? (recurringEventId ?? instanceId.exec(id)?.[1]) : undefined;
    if (series) cancelled.set(series, (cancelled.get(series) ?? 0) + 1);
  }
  const suspects = [...cancelled].filter(([, count]) => count > 1).map(([series]) => series);
  if (suspects.length > seriesChecks)
    throw new ProviderError({ kind: 'resync' }, 'many_series_cancelled', 'a new listing is needed');
  const gone: ProviderChange[] = [];
  for (const series of suspects) {
    if (await api.isGone(`${events}/${encodeURIComponent(series)}`))
      gone.push({ kind: 'removed', platform_uuid: series });
  }
  return gone;
}
