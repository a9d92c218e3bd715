import type { ProviderChange } from '../../events/calendar-event.ts';
import type { LookUp, LookUpRequest } from '../calendar-provider.ts';
import { createSideReads } from '../side-reads.ts';
import type { GraphApi } from './graph-api.ts';
import { type GraphItem, isMaster, stubOf } from './graph-item.ts';
import { findMailboxZone, needsMailboxZone } from './mailbox-zone.ts';
import { readMicrosoftItem } from './microsoft-changes.ts';
import { eventPath } from './microsoft-pages.ts';
import { type Found, readEach } from './read-each.ts';

/** Requests of one run, each for twenty events. */
const lookUpRequests = 280;

/**
 * Looks up events that left the view of the window: they were deleted, or moved out of it, or only away and back (ids are
 * immutable, so such an event is reported as removed and is still there). First the single events and the masters: a
 * deleted series needs no further look-up. Then the occurrences of series that exist.
 */
export async function lookUpMicrosoftEvents(
  api: GraphApi,
  request: LookUpRequest,
  mayGoOn: (answers: ProviderChange[]) => boolean,
): Promise<ProviderChange[]> {
  const { wanted } = request;
  const side = createSideReads(lookUpRequests);
  const pathOf = (id: string): string => eventPath(request, id);
  const answers = new Map<string, GraphItem | 'gone'>();
  const take = (some: LookUp[], found: ReadonlyMap<string, Found>): void => {
    for (const one of some) {
      const item = found.get(pathOf(one.platform_uuid));
      const master = one.series === null ? undefined : found.get(pathOf(one.series));
      if (item) answers.set(one.platform_uuid, meaningOf(one, item, master));
      else if (one.doubt !== 'event' && isGone(master)) answers.set(one.platform_uuid, 'gone');
    }
  };
  const changesIn = (zone: string | undefined): ProviderChange[] =>
    [...answers].flatMap(([platform_uuid, item]): ProviderChange[] => {
      if (item === 'gone') return [{ kind: 'removed', platform_uuid, isProven: true }];
      // Without the mailbox's zone its times are not known: it is looked up again.
      return zone === undefined && needsMailboxZone([item]) ? [] : [readMicrosoftItem(item, zone)];
    });
  /** The answers count as soon as they come. */
  const ask = async (some: LookUp[], ids: string[], known: ReadonlyMap<string, Found>) => {
    const found = await readEach(api, side, [...new Set(ids)].map(pathOf), (soFar) => {
      take(some, new Map([...known, ...soFar]));
      return mayGoOn(changesIn('UTC'));
    });
    take(some, new Map([...known, ...found]));
    return found;
  };

  const masters = await ask(
    wanted,
    wanted.map(({ series, platform_uuid }) => series ?? platform_uuid),
    new Map(),
  );
  const isOpen = ({ platform_uuid: id, series, doubt }: LookUp): boolean =>
    series !== null && !answers.has(id) && (doubt === 'event' || masters.has(pathOf(series)));
  const open = wanted.filter(isOpen);
  await ask(
    open,
    open.map(({ platform_uuid }) => platform_uuid),
    masters,
  );
  const items = [...answers.values()].filter((item) => item !== 'gone');
  const zone = needsMailboxZone(items)
    ? await side.read(() => findMailboxZone(api, request.calendar.mailbox))
    : { value: 'UTC' };
  return changesIn(zone?.value);
}

const isGone = (item: Found | undefined): boolean => item === 'absent' || (item?.isCancelled ?? false);

function meaningOf({ platform_uuid: id }: LookUp, item: Found, master: Found | undefined): GraphItem | 'gone' {
  // An event that has become a series lives on in its instances.
  if (item === 'absent' || isMaster(item)) return 'gone';
  if (item.type !== 'occurrence' || !master || master === 'absent') return { ...item, id };
  return { ...master, recurrence: null, ...stubOf(item), id };
}
