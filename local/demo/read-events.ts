import * as z from 'zod';
import type { ApiClient } from './api-client.ts';

const eventSchema = z.looseObject({
  platform_uuid: z.string(),
  name: z.string().nullable(),
  start_time: z.string(),
  end_time: z.string(),
  is_all_day: z.boolean(),
  is_deleted: z.boolean(),
  meeting_platform: z.string().nullable(),
  raw: z.record(z.string(), z.unknown()),
});

/** An event as the API gives it, as far as the demo shows it. */
export type ReadEvent = z.output<typeof eventSchema>;

const pageSchema = z.looseObject({ results: z.array(eventSchema) });

/** The first page of what has changed in a calendar since then. @param since from a webhook's `data` */
export async function readEvents(api: ApiClient, calendarId: string, since: string): Promise<ReadEvent[]> {
  const query = { calendar_id: calendarId, updated_at_gte: since, ordering: 'updated_at' };
  return pageSchema.parse(await api.get('/calendar_events', query)).results;
}
