import * as z from 'zod';
import type { BusEvent } from '../runner/create-event-bus.ts';
import type { ReadEvent } from './read-events.ts';
import type { SimulatedPerson } from './simulated-person.ts';
import type { PushWatch } from './watch-pushes.ts';
import type { ReceivedWebhook } from './webhook-receiver.ts';

/** A person's calendar; `id` is its id in Kalends. */
export interface ConnectedCalendar {
  id: string;
  person: SimulatedPerson;
}

/** The path of one change, with the time of each step in milliseconds since the epoch. */
export interface Trace {
  calendar: ConnectedCalendar;
  changedAt: number;
  /** Kalends accepted the provider's notification. */
  pushedAt: number;
  /** The sync committed the change, and its notification is on the bus. */
  syncedAt: number;
  webhookAt: number;
  isGenuine: boolean;
  readAt: number;
  /** The changed event in the answer of the API. */
  event: ReadEvent;
}

export interface FollowDeps {
  calendars: readonly ConnectedCalendar[];
  pushes: Pick<PushWatch, 'findFirst'>;
  onEvent: (listener: (event: BusEvent) => void) => () => void;
  onWebhook: (listener: (webhook: ReceivedWebhook) => void) => void;
  readEvents: (calendarId: string, since: string) => Promise<ReadEvent[]>;
  /** Called once for each webhook with the changes that the demo did not make, e.g. those made with curl. */
  onOthers: (traces: Trace[]) => void;
  onError: (error: unknown) => void;
  now: () => number;
}

interface Expected {
  calendar: ConnectedCalendar;
  eventId: string;
  changedAt: number;
  complete: (trace: Trace | undefined) => void;
}

const notificationSchema = z.looseObject({ payload: z.looseObject({ idempotency_key: z.string() }) });

/** This many webhooks are remembered, to recognize a webhook that arrives twice. */
const mostKept = 1000;

/**
 * Follows changes from the provider to the API. Each step can be observed: the push is delivered, the notification is on
 * the bus, the webhook arrives, and the events are read with the webhook's `since`.
 *
 * @returns `follow` makes a change by calling `apply`, which returns the event's id at the provider. It resolves once the
 *   change has been read from the API, or with undefined when that takes longer than `limitMs`.
 */
export function followChanges(deps: FollowDeps) {
  const { calendars, pushes, now } = deps;
  const syncedAt = new Map<string, number>();
  const seen = new Set<string>();
  const expected = new Set<Expected>();
  /** By calendar: changes before this time belong to webhooks that have been handled. */
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

  /**
   * Estimates when an event was changed that the demo did not change. The provider's time of the last change is used; a
   * deleted event has none, so the time of its push is used instead.
   */
  const estimateChange = (event: ReadEvent, { person }: ConnectedCalendar, from: number, to: number): number => {
    const modified = person.modifiedAt(event.raw);
    if (!event.is_deleted && modified >= from && modified <= to) return modified;
    return pushes.findFirst(person.calendar, from, to)?.at ?? to;
  };

  const receive = async (webhook: ReceivedWebhook): Promise<void> => {
    // The user's own endpoints receive the same notifications; they are not timed.
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
      if (own === undefined) others.push(toTrace(event, estimateChange(event, calendar, from, to)));
      else own.complete(toTrace(event, own.changedAt));
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
          complete: (result) => {
            expected.delete(one);
            clearTimeout(timer);
            resolve(result);
          },
        };
        const timer = setTimeout(() => one.complete(undefined), limitMs);
        expected.add(one);
      }),
    close: (): void => {
      endEvents();
      for (const one of expected) one.complete(undefined);
    },
  };
}
