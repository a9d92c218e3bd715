import { purgeEvents } from '../events/event-store.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { Calendar } from './calendar.ts';
import { type CalendarDeps, requestSync } from './calendar-deps.ts';
import { hideCalendar } from './calendar-store.ts';

/** The request answers within this time even if events are left; the sync queue's purge takes the rest. */
const patienceMs = 15_000;

/** Should the message to the purge be lost, a timer sends another. */
const purgeDueMs = 5 * 60_000;

/**
 * Deletes a calendar: it is out of sight at once, its key free; events go now as far as time allows, and the sync queue
 * takes the rest and stops the push channel. @returns false when it was deleted already
 */
export async function deleteCalendar(deps: CalendarDeps, calendar: Calendar): Promise<boolean> {
  const { table, clock, logger } = deps;
  const started = clock.now();
  const { id, project_id: project } = calendar;
  if (!(await hideCalendar(table, calendar, clock.stamp(), timestampOf(started + purgeDueMs)))) return false;
  await requestSync(deps, id, 'delete');
  try {
    await purgeEvents(table, project, id, () => clock.now() - started < patienceMs);
  } catch (error) {
    // The calendar is deleted all the same; the sync queue purges what is left.
    logger.error('events not purged', { calendar_id: id, error: error as Error });
  }
  return true;
}
