import type { Platform } from '../../shared/calendars/calendar.ts';
import { addCalendars, type BenchContext, seriesAmong } from './bench-context.ts';

export interface FirstSyncFigures {
  /** Events in the window, each occurrence of a series being one. */
  instances: number;
  series: number;
  /** What the first webhook said was created. */
  stored: number;
  /** From the calendar's creation to its webhook, the debounce included. */
  seconds: number;
  list_calls: number;
  /** Events read one by one. */
  event_calls: number;
  /** All calls: those above, tokens, the push channel. */
  provider_calls: number;
}

/** The first sync of a big calendar. @returns its figures, and the calendar's id */
export async function measureFirstSync(
  context: BenchContext,
  platform: Platform,
  instances: number,
): Promise<{ figures: FirstSyncFigures; calendarId: string }> {
  context.progress(`first sync of ${instances} instances, ${platform}`);
  const series = seriesAmong(instances);
  const [calendar] = await addCalendars(context, [{ name: `big-${platform}`, platform }], { instances, series });
  if (calendar === undefined) throw new Error('no calendar');
  const { id, person, events, firstSyncMs } = calendar;
  const figures = {
    instances,
    series,
    stored: events,
    seconds: firstSyncMs / 1000,
    list_calls: person.countCalls('list'),
    event_calls: person.countCalls('event'),
    provider_calls: person.countCalls(),
  };
  return { figures, calendarId: id };
}
