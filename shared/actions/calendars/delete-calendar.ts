import type { Calendar } from '../../domain/calendar.ts';
import { timestampOf } from '../../domain/timestamp.ts';
import { hideCalendar } from '../../store/calendar-store.ts';
import { purgeEvents } from '../../store/event-store.ts';
import type { CalendarDeps } from './calendar-deps.ts';

/** The request answers within this time even if events are left; the sync queue's purge takes the rest. */
const patienceMs = 15_000;

/** Should the message to the purge be lost, a timer sends another. */
const purgeDueMs = 5 * 60_000;

/**
 * Deletes a calendar: it is out of sight at once, its key free; events go now as far as time allows, and the sync queue
 * takes the rest and stops the push channel. @returns false when it was deleted already
 */
export async function deleteCalendar(
  { table, queue, clock, newId }: CalendarDeps,
  calendar: Calendar,
): Promise<boolean> {
  const started = clock.now();
  const { id, project_id: project } = calendar;
  if (!(await hideCalendar(table, calendar, clock.stamp(), timestampOf(started + purgeDueMs)))) return false;
  await queue.send({ calendar_id: id, trigger: 'delete' }, `delete:${newId()}`);
  await purgeEvents(table, project, id, () => clock.now() - started < patienceMs);
  return true;
}
