import type { Calendar } from '../calendars/calendar.ts';
import { classifyMeetingUrl } from '../meeting-links/classify-meeting-url.ts';
import type { PublishedNotification } from '../notifications/notification-schema.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import { derivedUuid } from '../platform/derived-uuid.ts';
import { formatTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { type Bot, type BotEvent, type BotState, type HandOff, type RemovalReason, runnerOf } from './bot.ts';

/** The fields of a calendar in a payload; null for a bot without a calendar, or whose calendar is gone. */
export type NamedCalendar = Pick<Calendar, 'deduplication_key' | 'metadata'> | null;

const namesOf = (bot: Bot, calendar: NamedCalendar) => ({
  calendar_id: bot.calendar_id,
  calendar_deduplication_key: calendar?.deduplication_key ?? null,
  calendar_metadata: calendar?.metadata ?? null,
  bot_id: bot.id,
  bot_metadata: bot.metadata,
});

/**
 * `bot.state_change` (docs/api-compatibility.md#webhook-requests): the bot entered another state, or was removed.
 *
 * @param key the idempotency key, the same whenever the notification is repeated
 * @param change `to` null: removed
 */
export const botStateChange = (
  bot: Bot,
  calendar: NamedCalendar,
  key: string,
  {
    from,
    to,
    event,
    metadata = {},
  }: {
    from: BotState;
    to: BotState | null;
    event: BotEvent;
    metadata?: Record<string, unknown>;
  },
): PublishedNotification => ({
  project_id: bot.project_id,
  payload: {
    idempotency_key: key,
    ...namesOf(bot, calendar),
    trigger: 'bot.state_change',
    data: {
      event_type: event.type,
      event_sub_type: event.sub_type ?? null,
      event_metadata: metadata,
      old_state: from,
      new_state: to,
      created_at: formatTimestamp(event.created_at),
      runner: runnerOf(bot),
    },
  },
});

/**
 * `bot.state_change` of a removed bot; `event_sub_type` is the reason. It names the meeting whose bot this was, so that
 * bot rules can give the meeting another one.
 *
 * @param decision why rules removed the bot, if they did (`DecisionReason`)
 */
export const botRemoved = (
  bot: Bot,
  calendar: NamedCalendar,
  key: string,
  { reason, at, decision }: { reason: RemovalReason; at: Timestamp; decision?: string | undefined },
): PublishedNotification => {
  const [meeting, ...others] = bot.meeting_keys ?? [];
  return botStateChange(bot, calendar, key, {
    from: bot.state,
    to: null,
    event: { type: 'removed', sub_type: reason, created_at: at },
    metadata: {
      ...(decision && { decision }),
      ...(meeting !== undefined && { meeting }),
      ...(others.length > 0 && { other_meetings: others }),
    },
  });
};

/** `bot.state_change` of a bot that is scheduled again because it has moved; nothing when its state has not changed. */
export function announceMove(
  { before, after }: { before: Bot; after: Bot },
  calendar: NamedCalendar,
  id: string,
): OutboxEntry[] {
  const event = after.events.at(-1);
  if (before.state === after.state || !event) return [];
  return [{ id, notification: botStateChange(after, calendar, id, { from: before.state, to: after.state, event }) }];
}

/** What a runner must do with a hand-off. */
export type HandOffAction = 'start' | 'update' | 'cancel';

const actionOf = ({ withdrawn, delivered_revision }: HandOff): HandOffAction =>
  withdrawn ? 'cancel' : delivered_revision === 0 ? 'start' : 'update';

/** `bot.due`. A revision has one idempotency key, so that an order that arrives twice counts once. */
export const botDue = (bot: Bot, handOff: HandOff, calendar: NamedCalendar): PublishedNotification => ({
  project_id: bot.project_id,
  payload: {
    idempotency_key: derivedUuid(`${handOff.id}#${handOff.revision}`),
    ...namesOf(bot, calendar),
    trigger: 'bot.due',
    data: {
      action: actionOf(handOff),
      hand_off_id: handOff.id,
      revision: handOff.revision,
      bot_name: bot.bot_name,
      meeting_url: bot.meeting_url,
      meeting_platform: classifyMeetingUrl(bot.meeting_url)?.platform ?? null,
      join_at: formatTimestamp(bot.join_at),
      calendar_event_id: bot.calendar_event_id,
      settings: bot.settings ?? {},
    },
  },
});
