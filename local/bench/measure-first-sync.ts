import type { Platform } from '../../shared/calendars/calendar.ts';
import { addCalendars, type BenchContext, seriesAmong } from './bench-context.ts';

export interface FirstSyncFigures {
  /** Events in the window; each occurrence of a series counts. */
  instances: number;
  series: number;
  /** Number of created events in the first webhook. */
  stored: number;
  /** From the calendar's creation to its first webhook, debounce included. */
  seconds: number;
  list_calls: number;
  /** Calls that read one event. */
  event_calls: number;
  /** All calls to the provider: those above, and those for tokens and the push channel. */
  provider_calls: number;
}

/** Measures the first sync of a big calendar. @returns its figures, and the calendar's id in Kalends */
export async function measureFirstSync(
  context: BenchContext,
  platform: Platform,
  instances: number,
): Promise<{ figures: FirstSyncFigures; calendarId: string }> {
  context.progress(`first sync of ${instances} instances, ${platform}`);
  const series = seriesAmong(instances);
  const [calendar] = await addCalendars(context, [{ name: `big-${platform}-${instances}`, platform }], {
    instances,
    series,
  });
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
