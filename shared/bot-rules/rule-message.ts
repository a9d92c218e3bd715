import * as z from 'zod';
import { isTerminalState } from '../bots/bot.ts';
import { notificationSchema, notificationSource } from '../notifications/notification.ts';
import { parseMessage } from '../platform/queue/parse-message.ts';

const deferrals = z.number().int().min(0).optional();

/**
 * What bot rules must reconcile. A message only names things, and its worker reads their present state, so it may come
 * late, twice and in any order. `from` is the position where an earlier message ran out of time, `deferrals` how often in a
 * row its project had no room for it.
 */
const ownMessageSchema = z.discriminatedUnion('kind', [
  /** Events of a calendar that have changed since a time, as `updated_at_gte` takes it. */
  z.object({
    kind: z.literal('changes'),
    project_id: z.string(),
    calendar_id: z.string(),
    since: z.string(),
    from: z.string().optional(),
    deferrals,
  }),
  /** Events of a calendar that are ahead. `rules_at`: only while these rules are stored; newer ones send messages, too. */
  z.object({
    kind: z.literal('calendar'),
    project_id: z.string(),
    calendar_id: z.string(),
    rules_at: z.string().optional(),
    from: z.string().optional(),
    deferrals,
  }),
  /** All calendars of a project. `rules_at`: while these rules are stored. */
  z.object({
    kind: z.literal('project'),
    project_id: z.string(),
    rules_at: z.string().optional(),
    from: z.string().optional(),
    deferrals,
  }),
  /** An event whose turn in another message has failed. It fails here alone, and holds no other event back. */
  z.object({
    kind: z.literal('event'),
    project_id: z.string(),
    calendar_id: z.string(),
    event_id: z.string(),
    deferrals,
  }),
  /** A meeting that may have lost its bot. `calendar_id`: of the bot, which may have freed a place. */
  z.object({
    kind: z.literal('meeting'),
    project_id: z.string(),
    meeting_keys: z.array(z.string()),
    calendar_id: z.string().optional(),
    deferrals,
  }),
  /**
   * The meeting of a bot that no rule created: a user created it, for an event or for a link, or a reconnect restored it;
   * or a bot of any kind has ended.
   */
  z.object({ kind: z.literal('bot'), project_id: z.string(), bot_id: z.string(), deferrals }),
]);
export type RuleMessage = z.output<typeof ownMessageSchema>;

/** The meetings of a removed bot, as its notification names them. */
const meetingsOfBot = z
  .object({ meeting: z.string().optional(), other_meetings: z.array(z.string()).optional() })
  .catch({});

/** Notifications as EventBridge sends them to the queue: the fields that are read here. `infra/constructs/bot-rules.ts` says which. */
const notificationMessageSchema = z
  .object({ source: z.literal(notificationSource), detail: notificationSchema })
  .transform(({ detail: { project_id, payload } }): RuleMessage | 'nothing' => {
    const { trigger, calendar_id, bot_id, data } = payload;
    if (trigger === 'calendar.events_update' && calendar_id !== null && typeof data.since === 'string') {
      return { kind: 'changes', project_id, calendar_id, since: data.since };
    }
    if (trigger === 'calendar.state_change' && calendar_id !== null && data.state === 'connected') {
      return { kind: 'calendar', project_id, calendar_id };
    }
    if (trigger !== 'bot.state_change' || bot_id === undefined) return 'nothing';
    if (data.event_type === 'restored') return { kind: 'bot', project_id, bot_id };
    // A bot for a link that has ended is in no meeting any more; every bot that has ended leaves its room to others.
    if (isTerminalState(String(data.new_state))) return { kind: 'bot', project_id, bot_id };
    const { meeting, other_meetings = [] } = meetingsOfBot.parse(data.event_metadata);
    return data.event_type === 'removed' && meeting !== undefined
      ? {
          kind: 'meeting',
          project_id,
          meeting_keys: [meeting, ...other_meetings],
          ...(calendar_id !== null && { calendar_id }),
        }
      : 'nothing';
  });

const messageSchema = z.union([notificationMessageSchema, ownMessageSchema]);

/** @returns `nothing` for a notification that rules have no use for; null when the text is not a message of this queue */
export const parseRuleMessage = (text: string): RuleMessage | 'nothing' | null => parseMessage(messageSchema, text);
