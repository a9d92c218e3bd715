import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hideCalendar } from '../../../shared/calendars/calendar-store.ts';
import type { WebhookPayload } from '../../../shared/notifications/notification.ts';
import { tickTimingMs } from '../../../shared/platform/bot-timing.ts';
import { eventIdOf, randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { projectShards } from '../../../shared/store/table-schema.ts';
import { commitSync } from '../../../shared/sync/commit-store.ts';
import { seenTimer } from '../../../shared/sync/seen-timer.ts';
import { initialSyncState } from '../../../shared/sync/sync-state.ts';
import { announceTicks } from '../../../shared/ticks/announce-ticks.ts';
import { requestChangedTicks, requestTicks } from '../../../shared/ticks/request-ticks.ts';
import { scanTicks } from '../../../shared/ticks/scan-ticks.ts';
import type { TickScanMessage, TicksMessage } from '../../../shared/ticks/tick-message.ts';
import { readTickTimer } from '../../../shared/ticks/tick-timer-store.ts';
import type { Webhook } from '../../../shared/webhooks/endpoint.ts';
import { expectAsPrinted } from '../../support/as-printed.ts';
import { countUnits } from '../../support/count-units.ts';
import { createEventContent } from '../../support/event-content.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useOwnTable } from '../../support/use-stack.ts';
import { createTestWebhook } from '../../support/webhook-fixtures.ts';

const direct = useOwnTable('ticks');
const second = 1000;
const minute = 60_000;
const start = Date.parse('2026-11-27T09:00:00Z');

type Message = TickScanMessage | TicksMessage;

/** A project whose endpoint wants ticks, with a queue, a bus and a clock that only the test moves. */
async function createProject(given: Partial<Webhook> = {}) {
  const meter = countUnits(direct);
  const projectId = randomId('proj');
  let now = start;
  const endpoint = createTestWebhook({ project_id: projectId, triggers: ['event.starting'], ...given });
  const endpoints = [endpoint];
  const waiting: { message: Message; dueAt: number }[] = [];
  const announced: { at: number; payload: WebhookPayload }[] = [];
  const bus = { crashes: 0 };
  /** Milliseconds of each pause of a search. */
  const pauses: number[] = [];
  const send = (entries: { message: Message; delaySeconds: number }[]): Promise<void> => {
    for (const { message, delaySeconds } of entries) {
      waiting.push({ message, dueAt: now + Math.max(0, Math.ceil(delaySeconds)) * second });
    }
    return Promise.resolve();
  };
  const deps = {
    table: meter.table,
    clock: { now: () => now, stamp: () => timestampOf(now) },
    newId: randomUUID,
    pause: (ms: number) => {
      now += ms;
      pauses.push(ms);
      return Promise.resolve();
    },
    tickQueue: { sendTicks: send, sendScans: send },
    listWebhooks: () => Promise.resolve(endpoints),
    bus: {
      publishAll: (notifications: { payload: WebhookPayload }[]) => {
        if (bus.crashes > 0) {
          bus.crashes -= 1;
          return Promise.reject(new Error('crash'));
        }
        announced.push(...notifications.map(({ payload }) => ({ at: now, payload })));
        return Promise.resolve(notifications.map(() => null));
      },
    },
  };
  const work = async (message: Message): Promise<void> => {
    if (message.kind === 'tick_scan') return scanTicks(deps, message);
    // A message comes again after a failure.
    await announceTicks(deps, message).catch(() => waiting.push({ message, dueAt: now + second }));
  };
  const calendar = await seedCalendar(direct, projectId);
  let sync = initialSyncState();
  return {
    ...meter,
    projectId,
    calendar,
    endpoints,
    announced,
    pauses,
    waiting,
    bus,
    request: () => requestTicks(deps, endpoint),
    /** Stores an event, or its change, as a sync does; `startsAt` null deletes it. */
    put: async (uuid: string, startsAt: number | null, type: 'created' | 'changed' = 'created'): Promise<string> => {
      const id = eventIdOf(calendar.id, uuid);
      const time = timestampOf(startsAt ?? 0);
      const content = createEventContent({
        platform_uuid: uuid,
        start_time: time,
        end_time: timestampOf((startsAt ?? 0) + 30 * minute),
      });
      const change = { id, updated_at: timestampOf(now, 1), expires_at: 4_000_000_000 };
      const write =
        startsAt === null
          ? { ...change, type: 'deleted' as const }
          : { ...change, type, content, content_hash: randomUUID() };
      const result = await commitSync(direct, { calendar, sync, timer: seenTimer(sync), events: [write] });
      if (result.kind !== 'committed') throw new Error(result.kind);
      sync = result.sync;
      await requestChangedTicks(deps, endpoints, { projectId, calendarId: calendar.id });
      return id;
    },
    disconnect: () => hideCalendar(direct, calendar, timestampOf(now), timestampOf(now + minute)),
    /** Lets time pass: messages come when they are due, and the dispatcher finds the timer every minute. */
    pass: async (until: number): Promise<void> => {
      for (;;) {
        const next = waiting.toSorted((a, b) => a.dueAt - b.dueAt)[0];
        if (!next || next.dueAt > until) break;
        waiting.splice(waiting.indexOf(next), 1);
        const minutesBefore = Math.floor((now - start) / minute);
        now = Math.max(now, next.dueAt);
        if (Math.floor((now - start) / minute) > minutesBefore)
          await scanTicks(deps, { kind: 'tick_scan', project_id: projectId });
        await work(next.message);
      }
      now = until;
      await scanTicks(deps, { kind: 'tick_scan', project_id: projectId });
    },
  };
}

const summary = (announced: { at: number; payload: WebhookPayload }[]) =>
  announced.map(({ at, payload }) => [
    payload.trigger,
    payload.data['event_id'],
    payload.data['offset_minutes'],
    at - start,
  ]);

describe('ticks of events', () => {
  /** `TICKS=2000` is the figure of the decision; fewer are enough for every run. */
  const many = Number(process.env['TICKS'] ?? 100);

  it('come once for each of many events that start within a minute, in its second', { timeout: 180_000 }, async () => {
    const project = await createProject({ offsets_minutes: [10] });
    const seeded = await seedEvents(
      direct,
      project.calendar,
      Array.from({ length: many }, (_, index) => ({
        start_time: timestampOf(start + 12 * minute + Math.floor((index * minute) / many)),
        end_time: timestampOf(start + 60 * minute),
        created_at: timestampOf(start - minute, index % 1000),
      })),
    );
    await project.request();
    for (let passed = 1; passed <= 4; passed += 1) await project.pass(start + passed * minute);
    expect(project.announced).toHaveLength(many);
    const due = new Map(
      seeded.map(({ id, start_time }) => [id, Date.parse(`${start_time.slice(0, 23)}Z`) - 10 * minute]),
    );
    for (const { at, payload } of project.announced) {
      const id = String(payload.data['event_id']);
      const late = at - (due.get(id) ?? 0);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(2 * second);
      due.delete(id);
    }
    expect(due.size).toBe(0);
  });

  it('come as the page about webhooks says, for two offsets', async () => {
    const project = await createProject({ offsets_minutes: [10, 1] });
    const [start_time, end_time] = [timestampOf(start + 12 * minute), timestampOf(start + 42 * minute)];
    const meeting_url = 'https://zoom.us/j/5551112222';
    await seedEvents(direct, project.calendar, [{ start_time, end_time, meeting_url, created_at: timestampOf(start) }]);
    await project.request();
    for (let passed = 1; passed <= 13; passed += 1) await project.pass(start + passed * minute);
    expect(project.announced.map(({ at }) => at - start)).toEqual([2 * minute, 11 * minute]);
    expectAsPrinted(project.announced[0]?.payload.data, 'use/webhooks.md', 'tick-data');
  });

  it('come where their second begins, whenever the search was made', async () => {
    const project = await createProject({ offsets_minutes: [1, 0] });
    const id = await project.put('one', start + 5 * minute);
    await project.request();
    await project.pass(start + 2 * minute + 700);
    // Once, for both kinds of ticks.
    expect(project.pauses).toEqual([300]);
    await project.pass(start + 6 * minute);
    expect(summary(project.announced)).toEqual([
      ['event.starting', id, 1, 4 * minute],
      ['event.starting', id, 0, 5 * minute],
    ]);
  });

  it('come at each offset before the start, and after the end, of an event that was there before or came late', async () => {
    const project = await createProject({ triggers: ['event.*'], offsets_minutes: [1, 0] });
    await project.request();
    const id = await project.put('one', start + 2 * minute);
    for (let passed = 1; passed <= 34; passed += 1) await project.pass(start + passed * minute);
    expect(summary(project.announced)).toEqual([
      ['event.starting', id, 1, minute],
      ['event.starting', id, 0, 2 * minute],
      ['event.ended', id, 0, 32 * minute],
      ['event.ended', id, 1, 33 * minute],
    ]);
    expect(project.announced[0]?.payload).toMatchObject({
      calendar_id: project.calendar.id,
      data: { starts_at: '2026-11-27T09:02:00Z', ends_at: '2026-11-27T09:32:00Z', created_at: '2026-11-27T09:01:00Z' },
    });
  });

  it('follow an event that is moved in the last second, also into the next minute, and come at its new time only', async () => {
    const project = await createProject();
    const far = await project.put('far', start + minute);
    const near = await project.put('near', start + minute);
    const gone = await project.put('gone', start + minute);
    await project.request();
    await project.pass(start + minute - second);
    await project.put('far', start + 20 * minute, 'changed');
    await project.put('near', start + minute + 20 * second, 'changed');
    await project.put('gone', null);
    for (let passed = 1; passed <= 21; passed += 1) await project.pass(start + passed * minute);
    expect(summary(project.announced)).toEqual([
      ['event.starting', near, 0, minute + 20 * second],
      ['event.starting', far, 0, 20 * minute],
    ]);
    expect(gone).not.toBe(far);
  });

  it('come once for an event that changes again and again without moving, and again when it moves', async () => {
    const project = await createProject();
    await project.request();
    const id = await project.put('one', start + 30 * second);
    for (let times = 0; times < 3; times += 1) await project.put('one', start + 30 * second, 'changed');
    await project.pass(start + 40 * second);
    await project.put('one', start + 30 * second, 'changed');
    await project.pass(start + 50 * second);
    await project.put('one', start + 70 * second, 'changed');
    await project.pass(start + 2 * minute);
    expect(summary(project.announced)).toEqual([
      ['event.starting', id, 0, 30 * second],
      ['event.starting', id, 0, 70 * second],
    ]);
    expect(new Set(project.announced.map(({ payload }) => payload.idempotency_key)).size).toBe(2);
  });

  it('come after a crash between the claim and the bus', async () => {
    const project = await createProject();
    await project.put('one', start + 30 * second);
    await project.request();
    project.bus.crashes = 2;
    await project.pass(start + minute);
    expect(project.announced).toHaveLength(1);
  });

  it('do not come for a calendar that is deleted or an endpoint that is switched off', async () => {
    const project = await createProject();
    await project.put('one', start + 30 * second);
    await project.request();
    await project.pass(start + 10 * second);
    await project.disconnect();
    await project.pass(start + minute);
    project.endpoints[0] = { ...(project.endpoints[0] as Webhook), is_active: false };
    await project.pass(start + 2 * minute);
    expect(project.announced).toEqual([]);
    expect(await readTickTimer(direct, project.projectId)).toBeNull();
  });

  it('cost nothing in a project whose endpoints do not ask for them', async () => {
    const project = await createProject({ triggers: ['calendar.*', 'bot.*'] });
    await project.put('one', start + 30 * second);
    await project.request();
    expect(project.waiting).toEqual([]);
    expect(project.units()).toEqual({ writes: 0, reads: 0, requests: 0 });
  });

  it('cost a search a minute, and for each tick a write and its reads', async () => {
    const project = await createProject();
    await project.put('one', start + 10 * minute);
    await project.request();
    await project.pass(start + second);
    project.reset();
    await project.pass(start + minute);
    expect(project.units().requests).toBe(projectShards.events + 2);
    expect(project.units().reads).toBeLessThanOrEqual(projectShards.events / 2 + 1);
    expect(project.units().writes).toBeLessThanOrEqual(6);
    await project.pass(start + 8 * minute);
    await project.pass(start + 9 * minute);
    project.reset();
    await project.pass(start + 10 * minute);
    expect(project.announced).toHaveLength(1);
    expect(project.units().writes).toBeLessThanOrEqual(7);
    expect(tickTimingMs.scanInterval).toBe(minute);
  });
});
