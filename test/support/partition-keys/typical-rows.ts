import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { writeCalendar } from '../../../shared/calendars/calendar-row.ts';
import type { CalendarEvent } from '../../../shared/events/calendar-event.ts';
import { changeItems } from '../../../shared/events/change-feed/change-row.ts';
import { eventKey } from '../../../shared/events/event-row.ts';
import { type CalendarId, eventIdOf } from '../../../shared/platform/ids.ts';
import { addMicros, timestampOf } from '../../../shared/platform/timestamp.ts';
import { orderings } from '../../../shared/store/table-schema.ts';
import { commitLimits } from '../../../shared/sync/commit-size.ts';
import { eventItem } from '../../../shared/sync/event-write-row.ts';
import { createEventContent } from '../event-content.ts';
import { itemBytes } from '../item-bytes.ts';
import { rowLeftBy } from '../row-left-by.ts';
import { indexEntry, indexWriteUnits, rowWriteUnits, timesCharged } from '../unit-rules.ts';

/*
 * Rows of a usual calendar as the code writes them, for the sizes in docs/data-model.md. Their texts are made of words, so
 * that they can be compressed about as well as those of real events.
 */

const words = (
  'agenda review planning budget customer quarterly design meeting notes project update release roadmap hiring team sync ' +
  'please find the attached document before we start and add your questions to list so that everybody can prepare for it ' +
  'sales engineering support marketing finance legal product demo interview onboarding retrospective discussion weekly'
).split(' ');

let seed = 1;
/** Always the same numbers in [0, count), so that sizes never change. */
function pick(count: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % count;
}
const text = (count: number): string => Array.from({ length: count }, () => words[pick(words.length)]).join(' ');
const letters = (count: number): string => Array.from({ length: count }, () => pick(36).toString(36)).join('');

const start = timestampOf(Date.parse('2026-11-27T09:00:00Z'), 7);

const calendarId: CalendarId = 'cal_AbCdEfGhIjKlMn01';
const calendar: Calendar = {
  id: calendarId,
  project_id: 'proj_AbCdEfGhIjKlMn04',
  account_id: 'acct_AbCdEfGhIjKlMn08',
  platform: 'google',
  client_id: `${letters(45)}.apps.googleusercontent.com`,
  platform_uuid: null,
  mailbox: null,
  state: 'connected',
  metadata: { tenant: 'acme', user: '4711' },
  deduplication_key: 'user-4711@example.com',
  connection_failure_data: null,
  sync_window: null,
  created_at: start,
  updated_at: start,
};

/** An event of Google with a few people, a description of sixty words and a conference. */
function typicalEvent(index: number): CalendarEvent {
  const uuid = letters(26);
  const people = Array.from(
    { length: 4 },
    () => `${words[pick(words.length)]}.${words[pick(words.length)]}@example.com`,
  );
  const link = `https://meet.google.com/${letters(3)}-${letters(4)}-${letters(3)}`;
  const [summary, description] = [text(4), text(60)];
  const raw = {
    kind: 'calendar#event',
    etag: `"${letters(16)}"`,
    id: uuid,
    status: 'confirmed',
    htmlLink: `https://www.google.com/calendar/event?eid=${letters(60)}`,
    created: '2026-11-20T09:00:00.000Z',
    updated: '2026-11-27T09:00:00.000Z',
    summary,
    description,
    creator: { email: people[0] },
    organizer: { email: people[0] },
    start: { dateTime: '2026-11-27T10:00:00+01:00', timeZone: 'Europe/Vienna' },
    end: { dateTime: '2026-11-27T11:00:00+01:00', timeZone: 'Europe/Vienna' },
    iCalUID: `${uuid}@google.com`,
    sequence: 1,
    attendees: people.map((email) => ({ email, responseStatus: 'needsAction' })),
    hangoutLink: link,
    conferenceData: {
      entryPoints: [{ entryPointType: 'video', uri: link, label: link.slice(8) }],
      conferenceSolution: { key: { type: 'hangoutsMeet' }, name: 'Google Meet' },
      conferenceId: link.slice(24),
    },
    reminders: { useDefault: true },
    eventType: 'default',
  };
  const content = createEventContent({
    platform_uuid: uuid,
    start_time: addMicros(start, index * 3_600_000_000),
    end_time: addMicros(start, index * 3_600_000_000),
    name: summary,
    meeting_url: link,
    meeting_platform: 'google_meet',
    attendees: people.map((email) => ({ email, name: null })),
    ical_uid: raw.iCalUID,
    time_zone: 'Europe/Vienna',
    organizer: { email: people[0] ?? null, name: null },
    response_status: 'needsAction',
    event_type: 'default',
    raw,
  });
  const updated_at = addMicros(start, index);
  const id = eventIdOf(calendar.id, uuid);
  return { ...content, id, calendar_id: calendar.id, is_deleted: false, created_at: updated_at, updated_at };
}

function eventRow(event: CalendarEvent): Record<string, unknown> {
  const { id, calendar_id, is_deleted, created_at: _created, updated_at, ...content } = event;
  const item = eventItem(calendar, {
    type: 'created',
    id,
    content,
    content_hash: letters(22),
    updated_at,
    expires_at: 1_800_000_000,
  });
  return { ...eventKey(calendar.project_id, calendar_id, id), is_deleted, ...rowLeftBy(item) };
}

const changesRow = (events: CalendarEvent[]): Record<string, unknown> => {
  const [first, ...others] = events.map((event) => ({ type: 'created' as const, changed_fields: [], event }));
  if (!first) throw new Error('no events');
  const feed = {
    marker: letters(36),
    changes: [first, ...others] as [typeof first],
    changeDays: new Set<string>(),
    expiresAt: 1_800_000_000,
  };
  return rowLeftBy(changeItems(calendar, feed)['feed changes']);
};

/** A row with its entries in the local indexes, which lie in its partition. */
function withEntries(row: Record<string, unknown>): number {
  const entries = orderings.map(({ attribute, partitionCopies: copies }) =>
    indexEntry(row, { name: attribute, keys: ['PK', attribute], copies: [...copies] }),
  );
  return itemBytes(row) + entries.reduce((sum, entry) => sum + (entry ? itemBytes(entry) : 0), 0);
}

const events = Array.from({ length: commitLimits.rows }, (_, index) => typicalEvent(index));
const [one] = events;

/** Units of a new event in its calendar's partition: the row and its entries in the local indexes, in a transaction. */
function localUnits(row: Record<string, unknown>): number {
  const entries = orderings.map(({ attribute, partitionCopies: copies }) =>
    indexWriteUnits(null, row, { name: attribute, keys: ['PK', attribute], copies: [...copies] }),
  );
  return timesCharged(true) * rowWriteUnits(null, row) + entries.reduce((sum, units) => sum + units, 0);
}

const row = eventRow(one as CalendarEvent);
const fullCommit = changesRow(events);

/** Rows as the code writes them today: bytes with local entries, and units of the write that stores them. */
export const typical = {
  event: { bytes: withEntries(row), units: localUnits(row) },
  changesOfOne: { bytes: itemBytes(changesRow(events.slice(0, 1))) },
  changesOfCommit: {
    bytes: itemBytes(fullCommit),
    units: timesCharged(true) * rowWriteUnits(null, fullCommit),
    events: events.length,
  },
  calendar: { bytes: itemBytes(writeCalendar(calendar)) },
};

/** Units of a new event in the largest entry of a project's index. */
export const projectEntryUnits = Math.max(
  ...orderings.map(({ attribute, projectCopies: copies }) =>
    indexWriteUnits(null, row, { name: attribute, keys: ['project_shard', attribute], copies: [...copies] }),
  ),
);

/** Write units of a hand-off in the index of timers (`test/engine/costs/hand-off-cost.test.ts`). */
export const handOffUnits = 10;
