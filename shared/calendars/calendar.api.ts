import * as z from 'zod';
import { type ReconnectLinks, showFailure } from '../connect/reconnect-link.ts';
import { metadataField, metadataSchema } from '../http/metadata-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { showSyncError, syncErrorOut } from '../sync/sync-error.api.ts';
import { calendarStates, failureCodes, platforms } from './calendar.ts';
import type { CalendarWithSync } from './calendar-store.ts';
import { windowField, windowSchema } from './window-field.api.ts';

/** Far longer than providers issue, far shorter than an item of the table allows. */
export const longestSecret = 16_384;

export const createCalendarFields = z.object({
  platform: choiceField(platforms),
  client_id: textField(255),
  client_secret: textField(longestSecret),
  refresh_token: textField(longestSecret),
  platform_uuid: optionalField(textField(1024)),
  metadata: optionalField(metadataField()),
  deduplication_key: optionalField(textField(1024)),
  sync_window: optionalField(windowField()),
});

export const updateCalendarFields = z.object({
  client_secret: optionalField(textField(longestSecret)),
  refresh_token: optionalField(textField(longestSecret)),
  metadata: optionalField(metadataField()),
  sync_window: optionalField(windowField()),
});

export const connectionFailureOut = z.object({
  error: z.string(),
  timestamp: timeOut(),
  // A later version may add codes.
  code: z.string().meta({ 'x-extensible-enum': failureCodes }),
  provider_code: z.string(),
  action: z.string(),
  /** Only where the account has an OAuth app, for seven days. */
  reconnect_url: z.string().meta({ format: 'uri' }).optional(),
});

/** A calendar in answers (docs/api-compatibility.md#calendars, #freshness-health-and-the-change-feed). */
export const calendarOut = z.object({
  id: idOut('cal'),
  platform: z.enum(platforms),
  client_id: z.string(),
  platform_uuid: z.string().nullable(),
  state: z.enum(calendarStates),
  metadata: metadataSchema.nullable(),
  deduplication_key: z.string().nullable(),
  connection_failure_data: connectionFailureOut.nullable(),
  sync_window: windowSchema.nullable(),
  account_id: idOut('acct'),
  name: z.string().nullable(),
  time_zone: z.string().nullable(),
  account_email: z.string().nullable(),
  created_at: timeOut(),
  updated_at: timeOut(),
  last_successful_sync_at: timeOut().nullable(),
  last_attempted_sync_at: timeOut().nullable(),
  sync_error: syncErrorOut.nullable(),
});

/** The schema drops undeclared fields, so no secret is shown. @param now milliseconds since the epoch */
export function showCalendar(
  { calendar, sync }: CalendarWithSync,
  now: number,
  links: ReconnectLinks,
): z.output<typeof calendarOut> {
  const shown = (time: Timestamp | undefined): string | null => (time ? formatTimestamp(time) : null);
  return calendarOut.parse({
    ...calendar,
    name: calendar.name ?? null,
    time_zone: calendar.time_zone ?? null,
    account_email: calendar.account_email ?? null,
    connection_failure_data: showFailure(calendar, now, links),
    created_at: formatTimestamp(calendar.created_at),
    updated_at: formatTimestamp(calendar.updated_at),
    last_successful_sync_at: shown(sync.last_successful_sync_at),
    last_attempted_sync_at: shown(sync.last_attempted_sync_at),
    sync_error: showSyncError(calendar, sync, now),
  });
}
