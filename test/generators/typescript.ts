import createClient from 'openapi-fetch';
import type { Calendar, CalendarEvent, EventOrdering, paths } from './kalends.ts';

/** Lists, pages, changes a calendar and creates an endpoint with the types that openapi-typescript makes, and openapi-fetch. */
const { KALENDS_URL = '', KALENDS_API_KEY = '', CALENDAR_ID = '', RECEIVER = '' } = process.env;
const client = createClient<paths>({
  baseUrl: KALENDS_URL,
  headers: { authorization: `Token ${KALENDS_API_KEY}` },
});
const params = { path: { id: CALENDAR_ID } };

function need<Data>({ data, error }: { data?: Data; error?: unknown }): Data {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

const calendar: Calendar = need(await client.GET('/api/v1/calendars/{id}', { params }));
if (calendar.state !== 'connected' || calendar.sync_error !== null) throw new Error(calendar.state);

const ordering: EventOrdering = 'start_time';
const events: CalendarEvent[] = [];
let pages = 0;
let cursor: string | undefined;
do {
  const query = { calendar_id: CALENDAR_ID, ordering, limit: 50, ...(cursor !== undefined && { cursor }) };
  const page = need(await client.GET('/api/v1/calendar_events', { params: { query } }));
  events.push(...page.results);
  pages += 1;
  cursor = page.next === null ? undefined : (new URL(page.next).searchParams.get('cursor') ?? undefined);
} while (cursor !== undefined);

const metadata = { made: 'by openapi-typescript' };
const changed = need(await client.PATCH('/api/v1/calendars/{id}', { params, body: { metadata } }));
const webhook = need(
  await client.POST('/api/v1/webhooks', { body: { url: RECEIVER, triggers: ['calendar.events_update'] } }),
);
const missing = await client.GET('/api/v1/calendars/{id}', { params: { path: { id: 'cal_0000000000000000' } } });
const message = missing.error !== undefined && 'error' in missing.error ? missing.error.error : '';

console.log(
  JSON.stringify({
    names: events.map(({ name }) => name),
    pages,
    metadata: changed.metadata,
    secret: webhook.secret,
    missing: message,
  }),
);
