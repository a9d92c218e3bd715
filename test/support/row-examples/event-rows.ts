import { at, expires_at, ids, type RowExamples, uuid } from './example-values.ts';

const content = {
  platform_uuid: '_6tgj8',
  start_time: at(1),
  end_time: at(2),
  name: 'Zoë \u{1F4C5} \uD800',
  meeting_url: 'https://zoom.us/j/123456789',
  meeting_platform: 'zoom',
  attendees: [
    { email: 'zoe@example.com', name: 'Zoë' },
    { email: null, name: null },
  ],
  attendees_omitted: false,
  ical_uid: '_6tgj8@google.com',
  is_all_day: false,
  time_zone: 'Europe/Vienna',
  organizer: { email: 'zoe@example.com', name: null },
  response_status: 'accepted',
  status: 'tentative',
  recurring_event_id: '_series',
  visibility: 'private',
  event_type: 'default',
  raw: { id: '_6tgj8', nested: { list: [1, null, 'x'] } },
};
const event = {
  SK: ids.event,
  calendar_id: ids.calendar,
  is_deleted: false,
  series_id: '_series',
  content_hash: 'aGFzaA',
  content,
};

export const eventRows: RowExamples = {
  event: {
    key: [`EVENTS#${ids.project}#${ids.calendar}`, ids.event],
    value: {
      ...event,
      by_created: `${at(3)}#${ids.event}`,
      by_updated: `${at(4)}#${ids.event}`,
      bot_ids: new Set([ids.bot]),
    },
  },
  'prefetched event': {
    key: [`EVENTS#${ids.project}#${ids.calendar}`, ids.event],
    value: { ...event, by_subset: `${at(1)}#${ids.event}`, ends_at: at(2) },
  },
  changes: {
    key: [`CHANGES#${ids.project}#1#2026-11-27`, `${at(4)}#${ids.calendar}`],
    value: {
      SK: `${at(4)}#${ids.calendar}`,
      changes: [
        {
          type: 'changed',
          changed_fields: ['name'],
          event: {
            ...content,
            id: ids.event,
            calendar_id: ids.calendar,
            is_deleted: false,
            created_at: at(3),
            updated_at: at(4),
          },
        },
      ],
      expires_at,
    },
  },
  'in-flight marker': {
    key: [`CHANGES#${ids.project}#1#IN_FLIGHT`, ids.calendar],
    value: {
      PK: `CHANGES#${ids.project}#1#IN_FLIGHT`,
      SK: ids.calendar,
      marker: uuid,
      opened_at: at(5),
      expires_at,
    },
  },
  'commit terms': {
    key: [`CHANGES#${ids.project}`, 'COMMIT_TERMS'],
    value: {
      mark: `${at(4)}#${ids.calendar}`,
      first_read_at: at(1),
      has_bot_rules: true,
      change_days: ['2026-11-26', '2026-11-27'],
    },
  },
};
