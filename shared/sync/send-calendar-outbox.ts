import type { Calendar } from '../calendars/calendar.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import { sendOutbox } from '../notifications/send-outbox.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { entriesToSend } from './calendar-notifications.ts';
import { logExpiry } from './record-run.ts';
import type { LogTail } from './sync-log-store.ts';
import type { SyncDeps } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { hastenTimer, removeSent } from './sync-store.ts';

/**
 * Sends what a calendar's state, and the rows of its outbox, announce. A crash leaves it: the message of the run comes back
 * and sends it, and so does every later run, at the latest that of the calendar's timer.
 *
 * @param calendar @param sync as they are stored @param rows entries that are rows @param log where it is noted
 * @param mayGoOn false when the time is used up. What is left stays
 * @returns the state with what is left
 * @throws when something was refused. The calendar's timer then tries again soon
 */
export async function sendCalendarOutbox(
  deps: Pick<SyncDeps, 'table' | 'bus' | 'botQueue' | 'clock' | 'newId' | 'retention'>,
  calendar: Calendar,
  { sync, rows, log }: { sync: SyncState; rows: OutboxEntry[]; log: LogTail },
  mayGoOn?: () => boolean,
): Promise<SyncState> {
  const { table, bus, botQueue, clock, retention } = deps;
  const entries = [...entriesToSend(calendar, sync), ...rows];
  if (entries.length === 0) return sync;
  let left = sync;
  const remove = async (ids: string[]): Promise<void> => {
    const expiresAt = logExpiry(clock.now(), retention);
    left = await removeSent(deps, calendar, { sync: left, log }, { ids, expiresAt });
  };
  try {
    await sendOutbox({ bus, botQueue, remove }, entries, mayGoOn);
  } catch (error) {
    await hastenTimer(table, calendar, timestampOf(clock.now() + syncTimingMs.outboxPatience));
    throw error;
  }
  return left;
}
