import * as z from 'zod';
import { metadataField } from '../http/metadata-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { timeField } from '../http/time-field.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { type Bot, type BotState, botStates } from './bot.ts';
import { meetingUrlField } from './meeting-url-field.api.ts';

/** The longest name of a participant that meeting platforms allow. */
const longestName = 255;

/** Body of `POST /bots` (docs/api-compatibility.md#bots): either an event, or a link and a time. */
export const createBotFields = z.object({
  calendar_event_id: optionalField(textField()),
  meeting_url: optionalField(meetingUrlField()),
  join_at: optionalField(timeField('join_at')),
  bot_name: textField(longestName),
  metadata: optionalField(metadataField()),
  deduplication_key: optionalField(textField(1024)),
});

/** Body of `PATCH /bots/{id}`: link and time only of a bot without an event. */
export const updateBotFields = z.object({
  metadata: optionalField(metadataField()),
  bot_name: optionalField(textField(longestName)),
  meeting_url: optionalField(meetingUrlField()),
  join_at: optionalField(timeField('join_at')),
});

/** A bot in answers (docs/api-compatibility.md#bots). */
export const botOut = z.object({
  id: idOut('bot'),
  metadata: z.record(z.string(), z.string()).nullable(),
  meeting_url: z.string(),
  state: z.enum(botStates),
  events: z.array(z.object({ type: z.string(), created_at: timeOut(), sub_type: z.string().optional() })),
  transcription_state: z.string(),
  recording_state: z.string(),
  join_at: timeOut().nullable(),
  deduplication_key: z.string().nullable(),
  bot_name: z.string(),
  calendar_event_id: idOut('evt').nullable(),
  created_at: timeOut(),
  automatic: z
    .object({ rule: z.object({ index: z.int(), name: z.string().nullable() }).nullable() })
    .nullable()
    .meta({ description: 'The rule that created the bot. Null: a client created it.' }),
});

export const showBot = (bot: Bot): z.output<typeof botOut> =>
  botOut.parse({
    ...bot,
    events: bot.events.map((event) => ({ ...event, created_at: formatTimestamp(event.created_at) })),
    join_at: formatTimestamp(bot.join_at),
    created_at: formatTimestamp(bot.created_at),
    automatic: bot.automatic ?? null,
  });

/** States that a runner may report. The states before them are ours. */
const reportedStates = botStates.filter((state) => state !== 'scheduled' && state !== 'staged') as [
  BotState,
  ...BotState[],
];

/** Body of `POST /bots/{id}/state`. */
export const reportBotStateFields = z.object({
  state: choiceField(reportedStates),
  sub_type: optionalField(textField(100)),
});
