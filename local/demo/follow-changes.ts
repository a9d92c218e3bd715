import * as z from 'zod';
import type { BusEvent } from '../runner/create-event-bus.ts';
import type { ReadEvent } from './read-events.ts';
import type { SimulatedPerson } from './simulated-person.ts';
import type { PushWatch } from './watch-pushes.ts';
import type { ReceivedWebhook } from './webhook-receiver.ts';

/** Someone's calendar; `id` is the one in Kalends. */
export interface ConnectedCalendar {
  id: string;
  person: SimulatedPerson;
}

/** The way of one change, with the time of each step in milliseconds since the epoch. */
export interface Trace {
  calendar: ConnectedCalendar;
  changedAt: number;
  /** The provider's notification was taken. */
  pushedAt: number;
  /** The sync has committed, and its notification is on the bus. */
  syncedAt: number;
  webhookAt: number;
  isGenuine: boolean;
  readAt: number;
  /** What the API answered. */
  event: ReadEvent;
}

export interface FollowDeps {
  calendars: readonly ConnectedCalendar[];
  pushes: Pick<PushWatch, 'findFirst'>;
  onEvent: (listener: (event: BusEvent) => void) => () => void;
  onWebhook: (listener: (webhook: ReceivedWebhook) => void) => void;
  readEvents: (calendarId: string, since: string) => Promise<ReadEvent[]>;
  /** Called with changes that somebody else made, with curl for one, a call for each webhook. */
  onOthers: (traces: Trace[]) => void;
  onError: (error: unknown) => void;
  now: () => number;
}

interface Expected {
  calendar: ConnectedCalendar;
  eventId: string;
  changedAt: number;
  settle: (trace: Trace | undefined) => void;
}

const notificationSchema = z.looseObject({ payload: z.looseObject({ idempotency_key: z.string() }) });

/** As many webhooks are remembered to know a repeated one. */
const mostKept = 1000;

/**
 * Follows changes from provider to API by what each station shows of itself: the delivered push, the notification on the bus,
 * the webhook received, the events read with the webhook's `since`. Webhooks and notifications of the past are ignored.
 *
 * @returns `follow` makes a change and resolves once it has been read from the API, or with undefined when that has not
 *   happened in time; `apply` returns the event's id at the provider
 */
export function followChanges(deps: FollowDeps) {
  const { calendars, pushes, now } = deps;
  const syncedAt = new Map<string, number>();
  const seen = new Set<string>();
  const expected = new Set<Expected>();
  /** Until when a calendar's notifications are explained. */
  const servedUntil = new Map<string, number>();

  const remember = (key: string): void => {
    seen.add(key);
    for (const oldest of seen) {
      if (seen.size <= mostKept) break;
      seen.delete(oldest);
      syncedAt.delete(oldest);
    }
  };

  const trace = (webhook: ReceivedWebhook, calendar: ConnectedCalendar, readAt: number) => {
    const synced = syncedAt.get(webhook.body.idempotency_key) ?? webhook.at;
    const common = { calendar, syncedAt: synced, webhookAt: webhook.at, isGenuine: webhook.isGenuine ?? false, readAt };
    return (event: ReadEvent, changedAt: number): Trace => {
      const push = pushes.findFirst(calendar.person.calendar, changedAt, synced);
      return { ...common, changedAt, pushedAt: push?.at ?? changedAt, event };
    };
  };

  /** When somebody else changed an event: the provider says so, but for deleted events; their push came right after. */
  const guessChange = (event: ReadEvent, { person }: ConnectedCalendar, from: number, to: number): number => {
    const modified = person.modifiedAt(event.raw);
    if (!event.is_deleted && modified >= from && modified <= to) return modified;
    return pushes.findFirst(person.calendar, from, to)?.at ?? to;
  };

  const receive = async (webhook: ReceivedWebhook): Promise<void> => {
    // Other endpoints get the same notifications; their time is theirs.
    if (webhook.isGenuine === undefined) return;
    const { idempotency_key: key, calendar_id, trigger, data } = webhook.body;
    const calendar = calendars.find(({ id }) => id === calendar_id);
    if (calendar === undefined || trigger !== 'calendar.events_update' || seen.has(key)) return;
    remember(key);
    const events = await deps.readEvents(calendar.id, data.since ?? '');
    const readAt = now();
    const toTrace = trace(webhook, calendar, readAt);
    const others: Trace[] = [];
    const from = servedUntil.get(calendar.id) ?? 0;
    const to = syncedAt.get(key) ?? webhook.at;
    for (const event of events) {
      const own = [...expected].find((one) => one.calendar.id === calendar.id && one.eventId === event.platform_uuid);
      if (own === undefined) others.push(toTrace(event, guessChange(event, calendar, from, to)));
      else own.settle(toTrace(event, own.changedAt));
    }
    servedUntil.set(calendar.id, to);
    if (others.length > 0) deps.onOthers(others);
  };

  const endEvents = deps.onEvent(({ detail }) => {
    const notification = notificationSchema.safeParse(detail).data;
    if (notification !== undefined) syncedAt.set(notification.payload.idempotency_key, now());
  });
  deps.onWebhook((webhook) => {
    receive(webhook).catch(deps.onError);
  });

  return {
    follow: (calendar: ConnectedCalendar, apply: () => string, limitMs: number): Promise<Trace | undefined> =>
      new Promise((resolve) => {
        const changedAt = now();
        const one: Expected = {
          calendar,
          eventId: apply(),
          changedAt,
          settle: (result) => {
            expected.delete(one);
            clearTimeout(timer);
            resolve(result);
          },
        };
        const timer = setTimeout(() => one.settle(undefined), limitMs);
        expected.add(one);
      }),
    close: (): void => {
      endEvents();
      for (const one of expected) one.settle(undefined);
    },
  };
}
