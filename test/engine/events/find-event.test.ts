import { expect, it } from 'vitest';
import { findEvent } from '../../../shared/events/event-store.ts';
import { calendarOfEvent, eventIdOf, newCalendarId, randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { countUnits } from '../../support/count-units.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('find-event');
const time = timestampOf(Date.parse('2026-05-01T00:00:00Z'), 1);
const wanted = { start_time: time, end_time: time, created_at: time };

it('an event is found by its id, with one strongly consistent read of its row, in its own project only', async () => {
  const projectId = randomId('proj');
  const calendar = await seedCalendar(table, projectId);
  const [event] = await seedEvents(table, calendar, [wanted]);
  const id = event?.id ?? '';
  const meter = countUnits(table);
  expect((await findEvent(meter.table, projectId, id))?.event).toMatchObject({ id, calendar_id: calendar.id });
  expect(meter.units()).toEqual({ requests: 1, reads: 1, writes: 0 });
  expect(await findEvent(table, randomId('proj'), id)).toBeNull();
  expect(await findEvent(table, projectId, eventIdOf(calendar.id, 'none'))).toBeNull();
  expect(await findEvent(table, projectId, eventIdOf(newCalendarId(), 'none'))).toBeNull();
  expect(calendarOfEvent(id)).toBe(calendar.id);
});
