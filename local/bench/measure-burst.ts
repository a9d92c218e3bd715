import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../../shared/calendars/calendar.ts';
import { readEvents } from '../demo/read-events.ts';
import { addCalendars, type BenchContext } from './bench-context.ts';

export interface BurstFigures {
  notifications: number;
  /** Time from the first to the last change. */
  spread_ms: number;
  delta_calls: number;
  webhooks: number;
  /** From the last change until the API returned it; null when the API never returned it. */
  last_change_ms: number | null;
}

const spreadMs = 950;
const arrivalLimitMs = 15_000;
/** Pause after the burst, in which further delta calls or webhooks would be counted. */
const quietMs = 3000;

/** Measures many changes of one calendar within a second, each with its own notification. */
export async function measureBurst(
  context: BenchContext,
  platform: Platform,
  notifications: number,
): Promise<BurstFigures> {
  const { api, platforms, receiver, progress } = context;
  progress(`burst of ${notifications} notifications, ${platform}`);
  const [calendar] = await addCalendars(context, [{ name: `bursty-${platform}`, platform }], { instances: 20 });
  const eventId = calendar?.eventIds[0];
  if (calendar === undefined || eventId === undefined) throw new Error('no calendar');
  const { id, person } = calendar;
  let webhooks = 0;
  receiver.onWebhook(({ body }) => {
    if (body.calendar_id === id) webhooks += 1;
  });

  const deltasBefore = person.countCalls('delta');
  const since = new Date().toISOString();
  const startedAt = Date.now();
  const nameOf = (index: number): string => `Burst ${index}`;
  for (let index = 0; index < notifications; index += 1) {
    await sleep(Math.max(0, startedAt + (spreadMs * index) / notifications - Date.now()));
    person.rename(eventId, nameOf(index));
  }
  const lastAt = Date.now();

  const last = nameOf(notifications - 1);
  let seenAt: number | undefined;
  while (seenAt === undefined && Date.now() < lastAt + arrivalLimitMs) {
    await sleep(20);
    const events = await readEvents(api, id, since);
    if (events.some(({ name }) => name === last)) seenAt = Date.now();
  }
  await platforms[platform].idle();
  await sleep(quietMs);
  return {
    notifications,
    spread_ms: lastAt - startedAt,
    delta_calls: person.countCalls('delta') - deltasBefore,
    webhooks,
    last_change_ms: seenAt === undefined ? null : seenAt - lastAt,
  };
}
