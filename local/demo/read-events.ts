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

/** An event in an answer of the API, with the fields that the demo shows. */
export type ReadEvent = z.output<typeof eventSchema>;

const pageSchema = z.looseObject({ results: z.array(eventSchema) });

/** Reads the first page of the events of a calendar that changed since a time. @param since from a webhook's `data` */
export async function readEvents(api: ApiClient, calendarId: string, since: string): Promise<ReadEvent[]> {
  const query = { calendar_id: calendarId, updated_at_gte: since, ordering: 'updated_at' };
  return pageSchema.parse(await api.get('/calendar_events', query)).results;
}
