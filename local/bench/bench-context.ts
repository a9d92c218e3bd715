import { Temporal } from 'temporal-polyfill';
import type { Platform } from '../../shared/calendars/calendar.ts';
import type { ApiClient } from '../demo/api-client.ts';
import { connectCalendars, type PersonCalendar } from '../demo/connect-calendars.ts';
import type { MeetingPlan, SimulatedPerson } from '../demo/simulated-person.ts';
import type { SimulatedPlatforms } from '../demo/start-simulated-stack.ts';
import type { WebhookReceiver } from '../demo/webhook-receiver.ts';

/** What every measurement needs. */
export interface BenchContext {
  api: ApiClient;
  platforms: SimulatedPlatforms;
  receiver: WebhookReceiver;
  /** Shows the progress of a measurement. */
  progress: (text: string) => void;
}

export type ByPlatform<Figures> = Record<Platform, Figures>;

/** A calendar that is connected and synced, and the ids of its single events at the provider. */
export type BenchCalendar = PersonCalendar & { eventIds: string[] };

const firstSyncLimitMs = 60_000;
const everyDay = [1, 2, 3, 4, 5, 6, 7];
/** Occurrences of one series. All of them are in the window of four weeks. */
const occurrencesEach = 25;

/** Returns how many series a calendar has in which half of the instances are occurrences of series. */
export const seriesAmong = (instances: number): number => Math.floor(instances / 2 / occurrencesEach);

const meeting = (title: string, start: Temporal.PlainDateTime, index: number): MeetingPlan => ({
  title,
  start,
  end: start.add({ minutes: 30 }),
  guests: [{ email: 'ada@example.com' }, { email: 'grace@customer.example' }],
  ...(index % 2 === 0 && { link: 'Zoom' }),
});

/** Plans meetings of half an hour in the window of four weeks: single events, spread evenly, and daily series. */
function planMeetings(instances: number, series: number): MeetingPlan[] {
  const tomorrow = Temporal.Now.plainDateTimeISO('UTC').round('hour').add({ days: 1 });
  const singles = instances - series * occurrencesEach;
  return [
    ...Array.from({ length: singles }, (_none, index) => {
      const minutes = Math.floor((index / singles) * occurrencesEach * 24 * 60);
      return meeting(`Meeting ${index}`, tomorrow.add({ minutes }), index);
    }),
    ...Array.from({ length: series }, (_none, index) => ({
      ...meeting(`Series ${index}`, tomorrow.add({ minutes: 10 * index }), index),
      weekly: { on: everyDay, times: occurrencesEach },
    })),
  ];
}

/** Adds a calendar for each owner, fills it with instances, `series` of them as daily series, and connects it. */
export async function addCalendars(
  { api, platforms, receiver }: BenchContext,
  owners: readonly { name: string; platform: Platform }[],
  { instances, series = 0 }: { instances: number; series?: number },
): Promise<BenchCalendar[]> {
  const eventIds = new Map<SimulatedPerson, string[]>();
  for (const { name, platform } of owners) {
    const person = platforms[platform].addPerson({ name, email: `${name}@example.com`, key: name }, 'UTC');
    eventIds.set(
      person,
      person.planMany(planMeetings(instances, series)).slice(0, instances - series * occurrencesEach),
    );
  }
  const calendars = await connectCalendars(api, receiver, [...eventIds.keys()], firstSyncLimitMs);
  return calendars.map((calendar) => ({ ...calendar, eventIds: eventIds.get(calendar.person) ?? [] }));
}
