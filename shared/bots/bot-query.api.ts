import { lastOf } from '../http/api-request.ts';
import { readChoices } from '../http/choice-parameter.ts';
import { resolveLink } from '../meeting-links/resolve-link.ts';
import { AppError } from '../platform/app-error.ts';
import { parseTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { botStates } from './bot.ts';
import type { BotFilters } from './list-bots.ts';

/** Parses the query of `GET /bots` (docs/api-compatibility.md#bots). @throws AppError `invalid_query` */
export const readBotQuery = (query: URLSearchParams): BotFilters => ({
  meetingUrl: readLink(lastOf(query, 'meeting_url')),
  deduplicationKey: lastOf(query, 'deduplication_key') ?? null,
  states: readChoices(query, 'states', botStates),
  joinAtAfter: readTime(query, 'join_at_after'),
  joinAtBefore: readTime(query, 'join_at_before'),
  calendarEventId: lastOf(query, 'calendar_event_id') ?? null,
});

/** Bots are stored with the resolved link; a client filters by the one that it sent. */
const readLink = (text: string | undefined): string | null =>
  text === undefined ? null : (resolveLink(text)?.url ?? text);

function readTime(query: URLSearchParams, name: string): Timestamp | null {
  const text = lastOf(query, name);
  if (text === undefined) return null;
  const time = parseTimestamp(text);
  if (time !== null) return time;
  throw new AppError('invalid_query', `Invalid ${name} format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)`);
}
