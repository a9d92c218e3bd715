import { addCalendars, type BenchContext } from './bench-context.ts';

export interface FirstSyncFigures {
  events: number;
  /** From the calendar's creation to its webhook, the debounce included. */
  seconds: number;
  list_calls: number;
}

/** The first sync of a big calendar. @returns its figures, and the calendar's id */
export async function measureFirstSync(
  context: BenchContext,
  events: number,
): Promise<{ figures: FirstSyncFigures; calendarId: string }> {
  context.progress(`first sync of ${events} events`);
  const [calendar] = await addCalendars(context, ['big'], events);
  if (calendar === undefined) throw new Error('no calendar');
  const list_calls = context.google.count('list', { calendarId: calendar.providerId });
  const figures = { events: calendar.events, seconds: calendar.firstSyncMs / 1000, list_calls };
  return { figures, calendarId: calendar.id };
}
