import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { readEventsOf } from '../events/event-store.ts';
import type { NotificationBus } from '../notifications/notification-bus.ts';
import { tickTimingMs } from '../platform/bot-timing.ts';
import type { Clock } from '../platform/clock.ts';
import type { Table } from '../store/table.ts';
import { momentOf, tickNotification } from './tick.ts';
import type { TicksMessage } from './tick-message.ts';
import { claimTick } from './tick-store.ts';

export interface AnnounceTicksDeps {
  table: Table;
  clock: Clock;
  bus: Pick<NotificationBus, 'publishAll'>;
}

/** Notifications in a request to the bus. */
const perRequest = 10;

/**
 * Announces ticks that are due, of events that are still where they were found: one that was moved has another message, one that
 * was cancelled has none. A crash between claim and bus repeats the announcement with the same message.
 *
 * @throws when the bus refused some: the queue brings the message again
 */
export async function announceTicks({ table, clock, bus }: AnnounceTicksDeps, message: TicksMessage): Promise<void> {
  const { project_id: projectId, id: claimedBy, ...kind } = message;
  const moments = new Map(message.events.map(({ id, moment }) => [id, moment]));
  const events = await readEventsOf(table, projectId, message.events);
  const present = events.filter((event) => !event.is_deleted && momentOf(event, kind) === moments.get(event.id));
  const calendars = await readCalendars(table, projectId, [...new Set(present.map(({ calendar_id }) => calendar_id))]);
  const expiresAt = Math.floor((clock.now() + tickTimingMs.retention) / 1000);
  const announced = await Promise.all(
    present.map(async (event) => {
      const calendar = calendars.get(event.calendar_id);
      if (calendar?.state !== 'connected') return [];
      const claimed = await claimTick(
        table,
        event.id,
        { ...kind, moment: momentOf(event, kind) },
        { claimedBy, expiresAt },
      );
      return claimed ? [tickNotification(event, calendar, kind)] : [];
    }),
  );
  const notifications = announced.flat();
  for (let from = 0; from < notifications.length; from += perRequest) {
    const refusals = await bus.publishAll(notifications.slice(from, from + perRequest));
    const refused = refusals.find((refusal) => refusal !== null);
    if (refused) throw new Error(`the bus refused ticks: ${refused}`);
  }
}
