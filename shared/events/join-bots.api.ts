import type { Bot } from '../bots/bot.ts';
import type { CalendarEvent } from './calendar-event.ts';
import type { EventRow } from './event-row.ts';

/** An event with its bots, oldest first. */
export interface EventWithBots extends CalendarEvent {
  bots: Bot[];
}

/** Reads the bots of events together and adds them to their events. */
export async function joinBots(
  getBots: (ids: string[]) => Promise<Bot[]>,
  rows: readonly Pick<EventRow, 'event' | 'bot_ids'>[],
): Promise<EventWithBots[]> {
  // A page of the change feed may have an event several times.
  const bots = await getBots([...new Set(rows.flatMap(({ bot_ids }) => bot_ids))]);
  const byId = new Map<string, Bot>(bots.map((bot) => [bot.id, bot]));
  const byAge = (a: Bot, b: Bot): number => (a.created_at < b.created_at ? -1 : 1);
  return rows.map(({ event, bot_ids }) => ({
    ...event,
    bots: bot_ids.flatMap((id) => byId.get(id) ?? []).sort(byAge),
  }));
}
