import { contentPolicyFields, contentPolicyOut } from '../content-policy/content-policy.api.ts';
import { contentPolicyExample } from '../content-policy/content-policy-components.api.ts';
import { freeBusyOut } from '../free-busy/free-busy.api.ts';
import { mostCalendars } from '../free-busy/free-busy.ts';
import { freeBusyExample } from '../free-busy/free-busy-components.api.ts';
import { answerObject, type Component, choiceList, listObject, requestObject } from '../http/component.ts';
import { metadataSchema } from '../http/metadata-field.ts';
import { cursor, type Documents, limitParameter, timeParameter } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { notifiedMetadata } from '../notifications/notification-schema.ts';
import { calendarHealthOut } from '../sync/calendar-health.api.ts';
import { healthExample, syncRunExample } from '../sync/sync-examples.api.ts';
import { calendarSyncOut, requestedSyncOut } from '../sync/sync-log.api.ts';
import { calendarOut, connectionFailureOut, createCalendarFields, updateCalendarFields } from './calendar.api.ts';
import { calendarStates, platforms } from './calendar.ts';
import { calendarExample } from './calendar-examples.api.ts';
import type { calendarRoutes } from './calendar-routes.api.ts';
import { windowSchema } from './window-field.api.ts';

const calendarListOut = listOut(calendarOut);
const syncRunListOut = listOut(calendarSyncOut);

/** Values with commas between them. */
const chosen = {
  schema: {
    type: 'array',
    items: { type: 'string', minLength: 1, pattern: '^[^,]*[^,\\s][^,]*$' },
    minItems: 1,
    maxItems: mostCalendars,
  },
  style: 'form',
  explode: false,
};

export const calendarDocuments: Documents<typeof calendarRoutes> = {
  createCalendar: {
    summary: 'Connect a calendar',
    description:
      'Stores the credentials of a user and starts the first sync at once. The refresh token is sealed with the KMS key of the deployment and is in no answer.',
    tag: 'Calendars',
    query: {
      verify: {
        description:
          '`true`: refresh the token and read the calendar before anything is stored; 400 names the wrong field',
        schema: { type: 'boolean', default: false },
      },
    },
    request: {
      schema: createCalendarFields,
      example: {
        platform: 'google',
        client_id: '407408718192.apps.googleusercontent.com',
        client_secret: 'the-client-secret',
        refresh_token: '1//the-refresh-token',
        metadata: { tenant: 'acme' },
        deduplication_key: 'user-1',
      },
    },
    answer: { status: 201, description: 'The calendar', schema: calendarOut, example: calendarExample },
  },
  listCalendars: {
    summary: 'List calendars',
    description: 'The newest come first, 25 a page.',
    tag: 'Calendars',
    query: {
      deduplication_key: { description: 'Only the calendar with this key' },
      state: {
        description: 'Only calendars in this state. A page may end early, with `next`.',
        schema: { type: 'string', enum: [...calendarStates] },
      },
      platform: {
        description: 'Only calendars of this provider. A page may end early, with `next`.',
        schema: { type: 'string', enum: [...platforms] },
      },
      account_id: { description: 'Only calendars of this account. A page may end early, with `next`.' },
      account_email: {
        description: 'Only calendars of accounts with this address, in any case. A page may end early, with `next`.',
      },
      cursor,
      limit: limitParameter(25),
    },
    answer: {
      status: 200,
      description: 'A page of calendars',
      schema: calendarListOut,
      example: { next: null, previous: null, results: [calendarExample] },
    },
    errors: ['InvalidCursor'],
  },
  getCalendar: {
    summary: 'Read a calendar',
    description: 'The state of the connection and the times of the last syncs are in every answer.',
    tag: 'Calendars',
    answer: { status: 200, description: 'The calendar', schema: calendarOut, example: calendarExample },
    errors: ['NotFound', 'Unreadable'],
  },
  updateCalendar: {
    summary: 'Change a calendar',
    description:
      'Changes credentials, metadata or the sync window. Every successful change starts a sync. A disconnected calendar is connected again when a sync succeeds.',
    tag: 'Calendars',
    request: {
      schema: updateCalendarFields,
      example: { metadata: { tenant: 'acme' }, sync_window: { future_days: 60 } },
    },
    answer: {
      status: 200,
      description: 'The changed calendar',
      schema: calendarOut,
      example: { ...calendarExample, sync_window: { future_days: 60 } },
    },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  deleteCalendar: {
    summary: 'Delete a calendar',
    description:
      'Its events are deleted, its push channels are stopped, and its bots that have not joined are removed.',
    tag: 'Calendars',
    answer: { status: 200, description: 'Deleted; the body is empty', schema: null },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  listCalendarSyncs: {
    summary: 'List sync runs',
    description: 'The last sync runs of a calendar, the newest first.',
    tag: 'Freshness',
    query: { cursor, limit: limitParameter(25) },
    answer: {
      status: 200,
      description: 'A page of sync runs',
      schema: syncRunListOut,
      example: { next: null, previous: null, results: [syncRunExample] },
    },
    errors: ['NotFound', 'InvalidCursor', 'Unreadable'],
  },
  syncCalendar: {
    summary: 'Start a sync',
    description: 'Queues a sync of a calendar. It counts as two requests, and has a separate limit.',
    tag: 'Freshness',
    answer: {
      status: 202,
      description: 'The sync is queued, not done',
      schema: requestedSyncOut,
      example: { calendar_id: calendarExample.id, status: 'queued' },
    },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  readFreeBusy: {
    summary: 'Read when owners of calendars are not free',
    description:
      'Merged spans from what is stored, for up to 50 calendars and 60 days. Give either `calendar_ids` or `attendees`; `attendees` only in projects with up to 1,000 calendars. Deleted and declined events do not count.',
    tag: 'Calendars',
    query: {
      calendar_ids: { ...chosen, description: 'Ids of calendars', example: [calendarExample.id] },
      attendees: { ...chosen, description: 'Addresses of accounts' },
      from: { ...timeParameter('The beginning of the time.'), required: true, example: '2026-11-21T00:00:00Z' },
      to: {
        ...timeParameter('Its end, at most 60 days after `from`.'),
        required: true,
        example: '2026-11-28T00:00:00Z',
      },
    },
    answer: { status: 200, description: 'The spans of each calendar', schema: freeBusyOut, example: freeBusyExample },
    errors: ['InvalidQuery', 'Unreadable'],
  },
  getContentPolicy: {
    summary: 'Read the content policy',
    description: 'How much of an event is stored. A project that has set nothing stores everything.',
    tag: 'Calendars',
    answer: { status: 200, description: 'The policy', schema: contentPolicyOut, example: contentPolicyExample },
    errors: ['Unreadable'],
  },
  putContentPolicy: {
    summary: 'Replace the content policy',
    description:
      'What the policy forbids is not stored, announced or logged. With another policy all calendars are listed again: events lose what is forbidden, and gain what is allowed.',
    tag: 'Calendars',
    request: {
      schema: contentPolicyFields,
      example: { mode: 'fields', fields: ['name', 'meeting_url'], drop_event_types: ['birthday'] },
    },
    answer: { status: 200, description: 'The new policy', schema: contentPolicyOut, example: contentPolicyExample },
    errors: ['ConflictOrUnreadable'],
  },
  getCalendarHealth: {
    summary: 'Read the health of a calendar',
    description: 'How fresh the events are, whether push works, how the last run ended, and when the next one is due.',
    tag: 'Freshness',
    answer: { status: 200, description: 'The health', schema: calendarHealthOut, example: healthExample },
    errors: ['NotFound', 'Unreadable'],
  },
};

const credentials = {
  client_secret: 'Secret of the OAuth client; it is in no answer',
  refresh_token: 'Refresh token of the user, for the scopes of calendars; it is in no answer',
};
const metadata = 'Your own keys and texts; notifications about the calendar have them';
const sync_window = 'Days around now whose events are synchronized; null is the default of the deployment';

export const calendarComponents: readonly Component[] = [
  answerObject('Calendar', calendarOut, 'A calendar of a user at Google or Microsoft.', {
    id: 'Id of the calendar',
    platform: 'The provider',
    client_id: 'Id of the OAuth client that the refresh token belongs to',
    platform_uuid:
      'Id of the calendar at the provider, or the path of Microsoft; null is the primary calendar of the account',
    state: '`disconnected`: access is lost, and `connection_failure_data` says why',
    metadata,
    deduplication_key: 'Your own key of the calendar, unique in the project',
    connection_failure_data: 'Why access is lost; null while the calendar is connected',
    sync_window,
    account_id: 'Id of the account whose credentials it uses',
    name: 'Its name at the provider; null until the first sync',
    time_zone: 'IANA time zone, where the provider names it',
    account_email: 'Address of the account; null until the first sync, and where the provider does not name it',
    created_at: 'Time of creation, UTC',
    updated_at: 'Time of the last change of this object, UTC',
    last_successful_sync_at: 'When the last successful sync began, UTC',
    last_attempted_sync_at: 'When the last sync began, UTC',
    sync_error: 'Why a connected calendar is not synchronized; null after a successful sync',
  }),
  answerObject('ConnectionFailure', connectionFailureOut, 'Why the access to a calendar is lost.', {
    error: 'What the provider answered, for a person',
    timestamp: 'When the access was found lost, UTC',
    code: 'Why the access is lost. A later version may add codes',
    provider_code: 'The code of the provider',
    action: 'How to repair the access, for a person',
    reconnect_url:
      'A link by which the user repairs the access: it works once, for seven days. Only where the account has an OAuth app',
  }),
  requestObject('CreateCalendar', createCalendarFields, 'A calendar to connect, with the credentials of its user.', {
    platform: 'The provider',
    client_id: 'Id of your OAuth client',
    ...credentials,
    platform_uuid:
      'Id of the calendar at the provider; absent is the primary calendar of the account. A calendar in another mailbox of Microsoft has a path: users/team@example.com/calendars/AAMk',
    metadata,
    deduplication_key: 'Your own key of the calendar, unique in the project',
    sync_window,
  }),
  requestObject('UpdateCalendar', updateCalendarFields, 'What to change in a calendar; absent fields stay.', {
    ...credentials,
    metadata: `${metadata}. It replaces the former`,
    sync_window,
  }),
  requestObject(
    'SyncWindow',
    windowSchema,
    'Days around now whose events are synchronized. An absent direction has the default of the deployment.',
    { past_days: 'Days before now', future_days: 'Days after now' },
    { minProperties: 1 },
  ),
  {
    name: 'Metadata',
    schema: metadataSchema,
    aliases: [notifiedMetadata],
    description: 'Keys and texts of a client, at most 1,000 characters as JSON.',
  },
  listObject('CalendarList', calendarListOut, 'A page of calendars.'),
  listObject('SyncRunList', syncRunListOut, 'A page of sync runs.'),
  choiceList('Platform', platforms, 'A provider of calendars.'),
  choiceList('CalendarState', calendarStates, 'Whether the provider grants access to the calendar.'),
];
