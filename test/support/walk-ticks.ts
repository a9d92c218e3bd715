import type { CalendarEvent } from '../../shared/events/calendar-event.ts';
import { createClock } from '../../shared/platform/clock.ts';
import type { Table } from '../../shared/store/table.ts';
import { announceTicks } from '../../shared/ticks/announce-ticks.ts';
import { requestTicks } from '../../shared/ticks/request-ticks.ts';
import { scanTicks } from '../../shared/ticks/scan-ticks.ts';
import { createTestWebhook } from './webhook-fixtures.ts';

/** An endpoint that wants ticks of events, until it wants none. */
export async function walkTicks(
  table: Table,
  calendar: { project_id: string; id: string },
  event: CalendarEvent,
): Promise<void> {
  const clock = createClock();
  const { project_id } = calendar;
  const endpoints = [createTestWebhook({ project_id, triggers: ['event.*'] })];
  const send = (): Promise<void> => Promise.resolve();
  const deps = {
    table,
    clock,
    newId: () => 'm',
    pause: () => Promise.resolve(),
    tickQueue: { sendTicks: send, sendScans: send },
  };
  const scan = (given: object = {}) =>
    scanTicks({ ...deps, listWebhooks: () => Promise.resolve(endpoints) }, { kind: 'tick_scan', project_id, ...given });
  await requestTicks(deps, createTestWebhook({ project_id, triggers: ['event.*'] }));
  await scan();
  await scan({ calendar_id: calendar.id });
  const tick = { trigger: 'event.starting' as const, offset_minutes: 0 };
  const events = [{ id: event.id, calendar_id: calendar.id, moment: event.start_time }];
  const bus = { publishAll: () => Promise.resolve([null]) };
  await announceTicks({ table, clock, bus }, { kind: 'ticks', id: 'm', project_id, ...tick, events });
  endpoints.length = 0;
  await scan();
}
