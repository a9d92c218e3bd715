import * as z from 'zod';
import { LocalError } from '../runner/local-error.ts';
import type { ApiClient } from './api-client.ts';
import type { ConnectedCalendar } from './follow-changes.ts';
import type { SimulatedPerson } from './simulated-person.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** A person's connected calendar, and the result of its first sync. */
export interface PersonCalendar extends ConnectedCalendar {
  /** Number of events that the first sync stored. */
  events: number;
  /** From the creation of the calendar to its first webhook. */
  firstSyncMs: number;
}

const idSchema = z.looseObject({ id: z.string() });

/**
 * Connects the calendars of all people, and resolves once the receiver has the webhook of every first sync.
 *
 * @throws LocalError when one of these webhooks does not arrive within the limit
 */
export async function connectCalendars(
  api: ApiClient,
  receiver: WebhookReceiver,
  people: readonly SimulatedPerson[],
  limitMs = 30_000,
): Promise<PersonCalendar[]> {
  const firstWebhooks = new Map<string, PromiseWithResolvers<{ events: number; at: number }>>();
  const wait = (key: string) => {
    const waiting = firstWebhooks.get(key) ?? Promise.withResolvers();
    firstWebhooks.set(key, waiting);
    return waiting;
  };
  receiver.onWebhook(({ at, body: { calendar_id, data } }) => {
    wait(calendar_id).resolve({ events: data.created ?? 0, at });
  });

  const connect = async (person: SimulatedPerson): Promise<PersonCalendar> => {
    const startedAt = Date.now();
    const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = person.account;
    const body = { platform: person.platform, client_id, client_secret, refresh_token, deduplication_key: person.key };
    const { id } = idSchema.parse(await api.post('/calendars', body));
    const late = setTimeout(() => {
      wait(id).reject(
        new LocalError(`the first sync of ${person.email} took more than ${limitMs / 1000} s: is the machine busy?`),
      );
    }, limitMs);
    const { events, at } = await wait(id).promise;
    clearTimeout(late);
    return { id, person, events, firstSyncMs: at - startedAt };
  };
  return Promise.all(people.map(connect));
}
