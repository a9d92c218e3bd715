import type { ProviderChange } from '../../events/calendar-event.ts';
import type { ReadChanges, ReadItems, ReadRequest } from '../calendar-provider.ts';
import { ProviderError } from '../provider-error.ts';
import { createSideReads } from '../side-reads.ts';
import { completeStubs } from './complete-stubs.ts';
import type { GraphApi } from './graph-api.ts';
import { type GraphItem, isMaster, latestOf } from './graph-item.ts';
import { findMailboxZone, needsMailboxZone } from './mailbox-zone.ts';
import { readMicrosoftEvent } from './microsoft-event.ts';
import { readSeries } from './read-series.ts';

/** A new listing costs less than reading more changed series than this. */
const seriesReads = 20;
/** Requests beside the pages, for one run. */
const sideReads = 100;

/**
 * What the items of a round mean. Occurrences are stubs with only their times; the master has the other fields. A deleted
 * occurrence is not reported: its series is delivered again without it. So all instances of a changed series are read
 * again, exceptions included, by one call. A reading that fails leaves what is stored of its series.
 *
 * @throws ProviderError `resync` when too many series have changed
 */
export async function readMicrosoftChanges(
  api: GraphApi,
  request: ReadRequest,
  { items, again }: Pick<ReadItems, 'items' | 'again'>,
): Promise<ReadChanges> {
  const round = [...latestOf(items).values()];
  const masters = new Map(round.filter(isMaster).map((master) => [master.id, master]));
  const isDelta = request.syncToken !== null;
  if (isDelta && masters.size > seriesReads)
    throw new ProviderError({ kind: 'resync' }, 'many_series_changed', 'a new listing is needed');

  const side = createSideReads(sideReads);
  const changes: ProviderChange[] = [];
  const events = new Map(round.filter((item) => !item['@removed'] && !isMaster(item)).map((item) => [item.id, item]));
  // Series that could not be read the last time come after the others, so that they hold up none.
  const wanted = isDelta ? [...new Set([...masters.keys(), ...again])].slice(0, seriesReads) : [];
  const series = await readSeries(api, request, { side, wanted });
  for (const [id, instances] of series.read) {
    for (const instance of instances) events.set(instance.id, instance);
    // The instances may come without the exceptions, which are in the round itself.
    const members = [...events.values()].filter((item) => item.seriesMasterId === id);
    changes.push({ kind: 'series', platform_uuid: id, instances: members.map((item) => item.id) });
  }
  for (const item of round) {
    if (item['@removed']) changes.push({ kind: 'removed', platform_uuid: item.id, isProven: false });
  }
  const { full, orphans } = await completeStubs(api, request, { side, items: [...events.values()], masters });
  const zone = needsMailboxZone(full)
    ? await side.read(() => findMailboxZone(api, request.calendar.mailbox))
    : { value: 'UTC' };
  const read = full.map((item) => readMicrosoftItem(item, zone?.value));
  for (const { id } of orphans) changes.push({ kind: 'unreadable', platform_uuid: id });
  const unreadable = read.filter(({ kind }) => kind === 'unreadable').length;
  const orphaned = orphans.flatMap(({ seriesMasterId: id }) => id ?? []);
  return {
    changes: [...changes, ...read],
    // All-day events have the zone they were created in, so the calendar's zone does not matter.
    timeZone: 'UTC',
    skipped: series.skipped.length + orphans.length + unreadable,
    // Those that were not asked for come first the next time.
    skippedSeries: [...new Set([...series.skipped, ...orphaned, ...again.filter((id) => !wanted.includes(id))])],
    isIncomplete: zone === undefined,
  };
}

/** @param mailboxZone undefined: it could not be read, so an event that needs it stays as it is stored */
export function readMicrosoftItem(item: GraphItem, mailboxZone: string | undefined): ProviderChange {
  if (item.isCancelled) return { kind: 'removed', platform_uuid: item.id, isProven: true };
  if (mailboxZone === undefined && needsMailboxZone([item])) return { kind: 'unreadable', platform_uuid: item.id };
  try {
    return { kind: 'event', event: readMicrosoftEvent(item, mailboxZone ?? 'UTC') };
  } catch {
    // The sync log shows the count.
    return { kind: 'unreadable', platform_uuid: item.id };
  }
}
