import { purgeEvents } from '../events/event-store.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { calendarTimingMs } from '../platform/timing.ts';
import type { Calendar } from './calendar.ts';
import { type CalendarDeps, requestSync } from './calendar-deps.ts';
import { hideCalendar } from './calendar-store.ts';

/**
 * Deletes a calendar. It is hidden and its key is free at once. The request deletes events as far as its time allows; the
 * worker of the sync queue deletes the rest and stops the push channel.
 *
 * @returns false when the calendar was deleted already
 */
export async function deleteCalendar(deps: CalendarDeps, calendar: Calendar): Promise<boolean> {
  const { table, clock, logger } = deps;
  const started = clock.now();
  const { id, project_id: project } = calendar;
  if (!(await hideCalendar(table, calendar, clock.stamp(), timestampOf(started + calendarTimingMs.purgeTimer))))
    return false;
  await requestSync(deps, calendar, 'delete');
  try {
    await purgeEvents(table, project, id, () => clock.now() - started < calendarTimingMs.purgeInRequest);
  } catch (error) {
    // The calendar is deleted all the same. The worker of the sync queue purges the rest.
    logger.error('events not purged', { calendar_id: id, error: error as Error });
  }
  return true;
}
