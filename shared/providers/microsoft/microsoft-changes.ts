import type { ProviderChange } from '../../events/calendar-event.ts';
import { formatTimestamp } from '../../platform/timestamp.ts';
import type { TimeSpan } from '../../sync/sync-window.ts';
import type { ChangeSet } from '../calendar-provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { GraphApi } from './graph-api.ts';
import { findMailboxZone } from './mailbox-zone.ts';
import { readMicrosoftEvent } from './microsoft-event.ts';
import { type GraphItem, readPages } from './read-pages.ts';

/** A new listing costs less than reading more changed series than this. */
const seriesReads = 20;

const calendarPath = (calendarUuid: string | null): string =>
  calendarUuid === null ? '/me' : `/me/calendars/${encodeURIComponent(calendarUuid)}`;

/**
 * A delta round of `calendarView` (https://learn.microsoft.com/en-us/graph/delta-query-events). The first round lists the
 * window, which then is part of the link. Later rounds list changes. Occurrences are stubs with only their times; the
 * master has the other fields. A deleted occurrence is not reported: its series is delivered again without it. So all
 * instances of a changed series are read again, exceptions included, by one call.
 *
 * @throws ProviderError
 */
export async function fetchMicrosoftChanges(
  api: GraphApi,
  { calendarUuid, syncToken, span }: { calendarUuid: string | null; syncToken: string | null; span: TimeSpan },
): Promise<ChangeSet> {
  const calendar = calendarPath(calendarUuid);
  const range = `startDateTime=${formatTimestamp(span.start)}&endDateTime=${formatTimestamp(span.end)}`;
  const { items, deltaLink } = await readPages(api, syncToken ?? `${calendar}/calendarView/delta?${range}`);
  if (!deltaLink)
    throw new ProviderError(
      { kind: 'retry', error: 'answer_unreadable' },
      'no_delta_link',
      'the round ended without a delta link',
    );

  const round = [...latestOf(items).values()];
  const masters = new Map(round.filter(isMaster).map((master) => [master.id, master]));
  const changed = syncToken === null ? [] : [...masters.keys()];
  if (changed.length > seriesReads)
    throw new ProviderError({ kind: 'resync' }, 'many_series_changed', 'a new listing is needed');

  const reread = new Set(changed);
  const events: GraphItem[] = [];
  const changes: ProviderChange[] = [];
  // One after the other, because a mailbox accepts four requests at a time from all its calendars together.
  for (const id of changed) {
    const { instances, change } = await readSeries(api, calendar, id, range);
    events.push(...instances.map(stubOf));
    changes.push(change);
  }
  for (const item of round) {
    if (item['@removed']) changes.push({ kind: 'removed', platform_uuid: item.id });
    else if (!isMaster(item) && !reread.has(item.seriesMasterId ?? '')) events.push(item);
  }
  const full = await hydrate(api, calendar, events, masters);
  const read = await readEvents(api, full.events);
  return {
    kind: syncToken === null ? 'listing' : 'delta',
    changes: [...changes, ...read],
    skipped: full.orphans + read.filter((change) => change.kind === 'unreadable').length,
    syncToken: deltaLink,
    // All-day events have the zone they were created in, so the calendar's zone does not matter.
    timeZone: 'UTC',
  };
}

/** An occurrence in the form of a delta round, so that it is the same whichever call returned it. */
const stubOf = (item: GraphItem): GraphItem => {
  if (item.type !== 'occurrence') return item;
  const { id, type, seriesMasterId, start, end, isCancelled } = item;
  return { id, type, seriesMasterId, start, end, ...(isCancelled && { isCancelled }) };
};

const isMaster = (item: GraphItem): boolean => item.type === 'seriesMaster' && !item['@removed'];

/** A round may have duplicates in any order. The last modified one counts, or else the last delivered one. */
function latestOf(items: GraphItem[]): Map<string, GraphItem> {
  const latest = new Map<string, GraphItem>();
  for (const item of items) {
    const known = latest.get(item.id)?.lastModifiedDateTime;
    if (!known || !item.lastModifiedDateTime || item.lastModifiedDateTime >= known) latest.set(item.id, item);
  }
  return latest;
}

/** The instances of a series in the window. A deleted series has none, and cancelled instances are left out. */
async function readSeries(
  api: GraphApi,
  calendar: string,
  id: string,
  range: string,
): Promise<{ instances: GraphItem[]; change: ProviderChange }> {
  try {
    const { items } = await readPages(api, `${calendar}/events/${encodeURIComponent(id)}/instances?${range}`);
    return {
      instances: items,
      change: { kind: 'series', platform_uuid: id, instances: items.map((item) => item.id) },
    };
  } catch (error) {
    if (isAbsent(error)) return { instances: [], change: { kind: 'removed', platform_uuid: id } };
    throw error;
  }
}

/** Completes stubs from their master. A master that is not in the round is read once, in the path of its calendar. */
async function hydrate(
  api: GraphApi,
  calendar: string,
  events: GraphItem[],
  masters: Map<string, GraphItem>,
): Promise<{ events: GraphItem[]; orphans: number }> {
  const isStub = (item: GraphItem): boolean => item.type === 'occurrence' && item.subject === undefined;
  const absent = new Set<string>();
  for (const { seriesMasterId: id } of events.filter(isStub)) {
    if (!id || masters.has(id) || absent.has(id)) continue;
    const master = await readMaster(api, `${calendar}/events/${encodeURIComponent(id)}`);
    if (master) masters.set(id, master);
    else absent.add(id);
  }
  const full: GraphItem[] = [];
  for (const item of events) {
    const master = masters.get(item.seriesMasterId ?? '');
    if (!isStub(item)) full.push(item);
    else if (master) full.push({ ...master, recurrence: null, ...item });
  }
  return { events: full, orphans: events.length - full.length };
}

async function readMaster(api: GraphApi, path: string): Promise<GraphItem | null> {
  try {
    return (await api.get(path)) as GraphItem;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

const isAbsent = (error: unknown): boolean => error instanceof ProviderError && error.verdict.kind === 'missing';

async function readEvents(api: GraphApi, items: GraphItem[]): Promise<ProviderChange[]> {
  const mailboxZone = await findMailboxZone(api, items);
  return items.map((item) => {
    if (item.isCancelled) return { kind: 'removed', platform_uuid: item.id };
    try {
      return { kind: 'event', event: readMicrosoftEvent(item, mailboxZone) };
    } catch {
      // The sync log shows the count.
      return { kind: 'unreadable', platform_uuid: item.id };
    }
  });
}
