import type { BotRule, BotRules } from '../../shared/bot-rules/bot-rules.ts';
import type { RuledCalendar } from '../../shared/bot-rules/evaluate-rules.ts';
import type { CalendarEvent } from '../../shared/events/calendar-event.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { createEventContent } from './event-content.ts';

export const ruleMoment = Date.parse('2026-05-04T09:00:00Z');
const minute = 60_000;

export const createRuledCalendar = (given: Partial<RuledCalendar> = {}): RuledCalendar => ({
  id: 'cal_0000000000000001',
  platform: 'google',
  platform_uuid: null,
  deduplication_key: null,
  state: 'connected',
  ...given,
});

export const createRules = (rules: BotRule[], internal_domains: string[] = []): BotRules => ({
  rules,
  internal_domains,
  updated_at: timestampOf(ruleMoment),
});

/** An accepted meeting in an hour with a link, organized by `owner@acme.com`, whose calendar it is in. */
export const createRuledEvent = (given: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ...createEventContent({
    start_time: timestampOf(ruleMoment + 60 * minute),
    end_time: timestampOf(ruleMoment + 90 * minute),
    name: 'Planning',
    meeting_url: 'https://zoom.us/j/123456789',
    meeting_platform: 'zoom',
    response_status: 'accepted',
    organizer: { email: 'owner@acme.com', name: null },
    raw: { organizer: { email: 'owner@acme.com', self: true } },
  }),
  id: 'evt_0000000000000001',
  calendar_id: 'cal_0000000000000001',
  is_deleted: false,
  created_at: timestampOf(ruleMoment),
  updated_at: timestampOf(ruleMoment),
  ...given,
});

/** Attendees as Google gives them: the same people in the event and in its `raw`. */
export const invite = (
  ...people: { email: string; self?: boolean; resource?: boolean }[]
): Pick<CalendarEvent, 'attendees' | 'organizer' | 'raw'> => ({
  attendees: people.map(({ email }) => ({ email, name: null })),
  organizer: { email: people[0]?.email ?? '', name: null },
  raw: { organizer: people[0], attendees: people },
});
