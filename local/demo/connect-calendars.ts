import * as z from 'zod';
import type { ApiClient } from './api-client.ts';
import type { ConnectedCalendar } from './follow-changes.ts';
import type { SimulatedPerson } from './simulated-person.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** Someone's calendar, and what its first sync brought. */
export interface PersonCalendar extends ConnectedCalendar {
  events: number;
  firstSyncMs: number;
}

const idSchema = z.looseObject({ id: z.string() });

/**
 * Connects everyone's calendar, and resolves once every first sync was announced to the receiver.
 *
 * @throws when one was not within the limit
 */
export async function connectCalendars(
  api: ApiClient,
  receiver: WebhookReceiver,
  people: readonly SimulatedPerson[],
  limitMs = 30_000,
): Promise<PersonCalendar[]> {
  const announced = new Map<string, PromiseWithResolvers<{ events: number; at: number }>>();
  const wait = (key: string) => {
    const waiting = announced.get(key) ?? Promise.withResolvers();
    announced.set(key, waiting);
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
      wait(id).reject(new Error(`${person.email} was not synced within ${limitMs / 1000} s`));
    }, limitMs);
    const { events, at } = await wait(id).promise;
    clearTimeout(late);
    return { id, person, events, firstSyncMs: at - startedAt };
  };
  return Promise.all(people.map(connect));
}
