import * as z from 'zod';
import type { ProviderChange } from '../../events/calendar-event.ts';
import type { ProviderItem, ReadChanges, ReadItems } from '../calendar-provider.ts';
import { resolveTimeZone } from '../resolve-time-zone.ts';
import { readGoogleEvent } from './google-event.ts';

const statusSchema = z.object({
  status: z.string().optional().catch(undefined),
  recurringEventId: z.string().optional().catch(undefined),
});

/** Instance ids are `<series id>_<date>` or `<series id>_<UTC time>`. Tombstones may have nothing else. */
const instanceId = /^(.+)_\d{8}(?:T\d{6}Z)?$/;

export const isCancelled = (item: ProviderItem): boolean => statusSchema.parse(item).status === 'cancelled';

/** What an item of Google says of its event. A tombstone is Google's own word about that very event. */
export function readGoogleItem(item: ProviderItem, timeZone: string): ProviderChange {
  if (isCancelled(item)) return { kind: 'removed', platform_uuid: item.id, isProven: true };
  try {
    return { kind: 'event', event: readGoogleEvent(item, timeZone) };
  } catch {
    // The sync log shows the count.
    return { kind: 'unreadable', platform_uuid: item.id };
  }
}

const isAllDay = (item: ProviderItem): boolean =>
  z.object({ start: z.object({ date: z.string() }) }).safeParse(item).success;

/** What the items of a delta or listing mean. Google's items are complete, so nothing else is read. */
export function readGoogleChanges({ items, timeZone }: Pick<ReadItems, 'items' | 'timeZone'>): ReadChanges {
  // All-day events of a calendar in an unknown zone stay readable, in UTC, and are counted.
  const zone = resolveTimeZone(timeZone);
  const misplaced = zone === null ? items.filter(isAllDay).length : 0;
  const changes = items.map((item) => readGoogleItem(item, zone ?? 'UTC'));
  return {
    changes: [...changes, ...findSuspects(items).map(suspect)],
    timeZone: zone ?? 'UTC',
    skipped: misplaced + changes.filter(({ kind }) => kind === 'unreadable').length,
    skippedSeries: [],
    isIncomplete: false,
  };
}

const suspect = (platform_uuid: string): ProviderChange => ({ kind: 'suspect', platform_uuid });

/**
 * Google reports only about six months of a deleted series' instances as cancelled
 * (https://github.com/googleapis/google-api-ruby-client/issues/860). When several instances of a series were cancelled at
 * once, the whole series may be deleted.
 */
function findSuspects(items: ProviderItem[]): string[] {
  const cancelled = new Map<string, number>();
  for (const item of items.filter(isCancelled)) {
    const series = statusSchema.parse(item).recurringEventId ?? instanceId.exec(item.id)?.[1];
    if (series) cancelled.set(series, (cancelled.get(series) ?? 0) + 1);
  }
  return [...cancelled].filter(([, count]) => count > 1).map(([series]) => series);
}
