import { startGoogleSimulator } from '../../local/simulators/google/google-simulator.ts';
import { connect, type GoogleClient } from './google-client.ts';

/** The present of the simulator, in milliseconds since the epoch. */
export const NOW = Date.parse('2026-11-02T09:00:00Z');
export const EMAIL = 'ada@example.com';

/** Start and end of an event of one hour on a day of November. */
export const at = (day: number, hour = 10) => {
  const date = `2026-11-${String(day).padStart(2, '0')}`;
  const clock = (value: number) => ({ dateTime: `${date}T${String(value).padStart(2, '0')}:00:00Z` });
  return { start: clock(hour), end: clock(hour + 1) };
};

export const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...at(3), summary: `Event ${index}` }));

export const reason = (answer: Awaited<ReturnType<GoogleClient['get']>>) => answer.json.error?.errors?.[0]?.reason;

/** A Google simulator with one account, its primary calendar, and a client of that account. */
export async function startGoogleMailbox(now: () => number) {
  const sim = await startGoogleSimulator({ now });
  const ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada, { timeZone: 'Europe/Berlin', summary: 'Ada' });
  return { sim, ada, client: await connect(sim, ada) };
}

export type GoogleMailbox = Awaited<ReturnType<typeof startGoogleMailbox>>;
