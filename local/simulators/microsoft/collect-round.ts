import { type CalendarState, changesSince, type SeriesMaster, type StoredEvent } from './calendar-state.ts';
import { overlaps, type Window } from './event-slot.ts';
import { type EventView, expandSeries, viewEvent } from './expand-series.ts';

/** One item of a round. `endsGroup` is false while more of the same series follows. */
export type RoundItem = ({ view: EventView } | { removedId: string }) & { endsGroup: boolean };

export type RoundOptions = {
  absentMasters: boolean;
  duplicateItems: boolean;
  shuffleItems: boolean;
  random: () => number;
};

type Item = { view: EventView } | { removedId: string };

/** A series as a round delivers it: the master, whose dates may lie long before the window, and every occurrence in it. */
function collectSeries(master: SeriesMaster, window: Window, withMaster: boolean): Item[] {
  const items = expandSeries(master, window).map((view) => ({ view }));
  return withMaster ? [{ view: viewEvent(master) }, ...items] : items;
}

function collectListed(event: StoredEvent, window: Window, options: RoundOptions): Item[] {
  if (event.type === 'deleted') return [];
  if (event.type === 'single') return overlaps(event.slot, window) ? [{ view: viewEvent(event) }] : [];
  const items = collectSeries(event, window, !options.absentMasters);
  return items.some((item) => 'view' in item && item.view.masterId !== undefined) ? items : [];
}

/**
 * A changed event in a later round: what left the window or happens outside of it is reported as deleted, known
 * to the client or not; a series comes again as a whole, so that a deleted occurrence shows only by its absence.
 */
function collectChanged(event: StoredEvent, window: Window, position: number, options: RoundOptions): Item[] {
  const isNew = event.createdRevision > position;
  // Created and deleted between two rounds: no round contains it.
  if (event.type === 'deleted') return isNew ? [] : [{ removedId: event.id }];
  if (event.type === 'single')
    return [overlaps(event.slot, window) ? { view: viewEvent(event) } : { removedId: event.id }];
  const items = collectSeries(event, window, !(isNew && options.absentMasters));
  const isEmpty = !items.some((item) => 'view' in item && item.view.masterId !== undefined);
  // A series that lost its last occurrence in the window is delivered without any if its own slot is still in sight.
  return isEmpty && !overlaps(event.slot, window) ? [{ removedId: event.id }] : items;
}

function shuffle(elements: unknown[], random: () => number): void {
  for (let index = elements.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [elements[index], elements[other]] = [elements[other], elements[index]];
  }
}

/** All items of a round: the window's content at first, later (`position`) what changed since. */
export function collectRound(
  calendar: CalendarState,
  window: Window,
  position: number | undefined,
  options: RoundOptions,
): RoundItem[] {
  const groups: Item[][] = [];
  if (position === undefined) {
    for (const event of calendar.events.values()) groups.push(collectListed(event, window, options));
  } else {
    for (const event of changesSince(calendar, position)) {
      groups.push(collectChanged(event, window, position, options));
    }
  }
  const delivered = groups.filter((group) => group.length > 0);
  if (options.duplicateItems) delivered.push(...delivered.filter(() => options.random() < 0.5));
  if (options.shuffleItems) {
    shuffle(delivered, options.random);
    for (const group of delivered) shuffle(group, options.random);
  }
  return delivered.flatMap((group) => group.map((item, index) => ({ ...item, endsGroup: index === group.length - 1 })));
}
