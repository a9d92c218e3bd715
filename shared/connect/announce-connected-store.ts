import { calendarOutbox } from '../calendars/calendar-row.ts';
import { getCalendars } from '../calendars/calendar-store.ts';
import type { NotificationBus } from '../notifications/notification-bus.ts';
import { writeOutboxEntry } from '../notifications/outbox-row.ts';
import { deleteOutboxRows } from '../notifications/outbox-store.ts';
import { publishOutbox } from '../notifications/publish-outbox.ts';
import type { Clock } from '../platform/clock.ts';
import { derivedUuid } from '../platform/derived-uuid.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import { putRow } from '../store/write-row.ts';
import { calendarConnected } from '../sync/calendar-notifications.ts';
import type { ConnectSession } from './connect-session.ts';

interface AnnounceDeps {
  table: Table;
  clock: Clock;
  bus: Pick<NotificationBus, 'publishAll'>;
}

/**
 * Commits `calendar.connected` of the calendars of a session to their outboxes, and publishes it. What is committed and not
 * published is published by the next run of the calendar. Repeated after a crash it has the same keys.
 */
export async function announceConnected(
  { table, clock, bus }: AnnounceDeps,
  session: ConnectSession,
  ids: ConnectSession['calendar_ids'],
): Promise<void> {
  const calendars = await getCalendars(table, session.project_id, ids);
  const dueAt = timestampOf(clock.now() + syncTimingMs.outboxPatience);
  for (const { calendar, sync } of calendars) {
    // A user may use a second link, and choose what is connected already.
    const about = { connect_session_id: session.id, is_reconnect: calendar.created_at < session.created_at };
    const key = derivedUuid(`connected\0${session.id}\0${calendar.id}`);
    const entry = { id: key, notification: calendarConnected(calendar, sync, key, about) };
    const owner = calendarOutbox(calendar);
    await putRow(table, writeOutboxEntry(owner, entry, dueAt));
    await publishOutbox({ bus, remove: (sent) => deleteOutboxRows(table, owner, sent) }, [entry]);
  }
}
