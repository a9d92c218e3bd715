import type { ApiClient } from '../demo/api-client.ts';
import { connectCalendars, type PersonCalendar } from '../demo/connect-calendars.ts';
import type { WebhookReceiver } from '../demo/webhook-receiver.ts';
import type { GoogleEventInput } from '../simulators/google/google-event.ts';
import type { GoogleSimulator } from '../simulators/google/google-simulator.ts';

/** What every measurement gets. */
export interface BenchContext {
  api: ApiClient;
  google: GoogleSimulator;
  receiver: WebhookReceiver;
  /** Says how far a measurement is. */
  progress: (text: string) => void;
}

const DAY_MS = 86_400_000;
const firstSyncLimitMs = 60_000;

/** Half an hour each, spread evenly over the four weeks of the window. */
function createEvents(count: number): GoogleEventInput[] {
  const from = Date.now() + DAY_MS / 2;
  return Array.from({ length: count }, (_none, index) => {
    const start = from + Math.floor((index / count) * 27 * DAY_MS);
    const time = (instant: number) => ({ dateTime: new Date(instant).toISOString() });
    return {
      summary: `Meeting ${index}`,
      start: time(start),
      end: time(start + 30 * 60_000),
      location: `https://zoom.us/j/${85_000_000_000 + index}`,
      attendees: [{ email: 'ada@example.com', responseStatus: 'accepted' }, { email: 'grace@customer.example' }],
    };
  });
}

/** Calendars with so many events each, connected and synced, and the ids of their events at the provider. */
export async function addCalendars(
  { api, google, receiver }: BenchContext,
  names: readonly string[],
  eventsEach: number,
): Promise<(PersonCalendar & { eventIds: string[] })[]> {
  const eventIds = new Map<string, string[]>();
  const owners = names.map((name) => {
    const person = { name, email: `${name}@example.com`, key: name };
    const account = google.addAccount({ email: person.email });
    google.addCalendar(account);
    eventIds.set(person.email, google.insertMany(person.email, createEvents(eventsEach)));
    return { person, account };
  });
  const calendars = await connectCalendars(api, receiver, owners, firstSyncLimitMs);
  return calendars.map((calendar) => ({ ...calendar, eventIds: eventIds.get(calendar.providerId) ?? [] }));
}
