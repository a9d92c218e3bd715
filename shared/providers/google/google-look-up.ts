import * as z from 'zod';
import type { ProviderChange } from '../../events/calendar-event.ts';
import { formatTimestamp, millisOf, timestampOf } from '../../platform/timestamp.ts';
import type { LookUp, LookUpRequest, ProviderItem } from '../calendar-provider.ts';
import { readPages } from '../read-pages.ts';
import { createSideReads } from '../side-reads.ts';
import type { GoogleApi } from './google-api.ts';
import { isCancelled, readGoogleItem } from './google-changes.ts';
import { getGooglePage } from './google-pages.ts';

/** From so many events on, one list of all changes costs less than a request for each. */
const worthAList = 4;
/** Pages of that list, of 2,500 changes each. */
const listPages = 6;
/** Requests for single events in one run. */
const singleRequests = 40;
/** Google knows changes of about 30 days. */
const reachMs = 25 * 86_400_000;
/** Changes from before the last reading count, too: clocks differ. */
const marginMs = 600_000;

const resourceSchema = z.looseObject({ id: z.string() });

interface GoogleLookUp extends Pick<LookUpRequest, 'since' | 'timeZone' | 'wanted'> {
  /** Path of the calendar's events. */
  events: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Looks up events that a listing does not have any more. The list of what was changed since the last reading has most of
 * them, deleted or at their new times (`updatedMin`, https://developers.google.com/workspace/calendar/api/v3/reference/events/list).
 * The others are read one by one, each series once.
 */
export async function lookUpGoogleEvents(
  api: GoogleApi,
  request: GoogleLookUp,
  mayGoOn: (answers: ProviderChange[]) => boolean,
): Promise<ProviderChange[]> {
  const answers = new Map<string, ProviderChange>();
  const answer = (change: ProviderChange, uuid: string): void => {
    answers.set(uuid, change);
  };
  const { wanted, events } = request;
  // An event that has become a series lives on in its instances.
  const meaningOf = (item: ProviderItem): ProviderChange =>
    Array.isArray(item['recurrence']) ? gone({ platform_uuid: item.id }) : readGoogleItem(item, request.timeZone);

  const listed = wanted.length >= worthAList ? await listChanged(api, request) : new Map<string, ProviderItem>();
  for (const one of wanted) {
    const item = listed.get(one.platform_uuid);
    const series = one.series === null ? undefined : listed.get(one.series);
    if (item) answer(meaningOf(item), one.platform_uuid);
    else if (series && isCancelled(series)) answer(gone(one), one.platform_uuid);
  }

  const side = createSideReads(singleRequests);
  /** undefined: the event could not be looked up. */
  const get = async (id: string): Promise<ProviderItem | 'absent' | undefined> => {
    if (!mayGoOn([...answers.values()])) return undefined;
    const found = await side.read(() => api.find(`${events}/${encodeURIComponent(id)}`));
    if (found?.value === null) return 'absent';
    // An answer of another shape says nothing of the event.
    const resource = resourceSchema.safeParse(found?.value).data;
    return resource && { ...resource, id };
  };
  const masters = new Map<string, ProviderItem | 'absent' | undefined>();
  for (const one of wanted) {
    const { platform_uuid: uuid, series } = one;
    if (answers.has(uuid)) continue;
    const asksSeries = series !== null && one.doubt !== 'event';
    if (asksSeries && !masters.has(series)) masters.set(series, listed.get(series) ?? (await get(series)));
    const master = asksSeries ? masters.get(series) : undefined;
    if (typeof master === 'object' && isCancelled(master)) answer(gone(one), uuid);
    else if (typeof master === 'object' && one.doubt === 'suspect')
      answer({ kind: 'exists', platform_uuid: uuid }, uuid);
    else if (!asksSeries || master !== undefined) {
      const item = await get(uuid);
      if (item) answer(item === 'absent' ? gone(one) : meaningOf(item), uuid);
    }
  }
  return [...answers.values()];
}

const gone = ({ platform_uuid }: Pick<LookUp, 'platform_uuid'>): ProviderChange => ({
  kind: 'removed',
  platform_uuid,
  isProven: true,
});

/** What was changed since the last reading, by id: events, masters and exceptions, deleted ones too. */
async function listChanged(
  api: GoogleApi,
  { events, since, now }: GoogleLookUp,
): Promise<ReadonlyMap<string, ProviderItem>> {
  if (since === null || millisOf(since) < now - reachMs) return new Map();
  const query = {
    showDeleted: 'true',
    singleEvents: 'false',
    updatedMin: formatTimestamp(timestampOf(millisOf(since) - marginMs)),
  };
  let pages = 0;
  const { reading } = await readPages(
    async ({ link, pageSize }) => {
      pages += 1;
      const page = { maxResults: String(pageSize), ...(link && { pageToken: link }) };
      const read = await getGooglePage(api, events, { ...query, ...page }, true);
      return pages < listPages ? read : { ...read, next: null };
    },
    [2500, 250],
    { link: null, pageSize: 2500, pages: 0 },
  );
  return new Map(reading.items.map((item) => [item.id, item]));
}
