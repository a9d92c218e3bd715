import * as z from 'zod';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { type Bot, botStates, runnerKinds, runnerOf } from './bot.ts';

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
  runner: z
    .object({ name: z.enum(runnerKinds), bot_id: z.string().nullable() })
    .nullable()
    .meta({ description: 'Who runs the bot, and its id there. Null: it was not handed off yet.' }),
});

export const showBot = (bot: Bot): z.output<typeof botOut> =>
  botOut.parse({
    ...bot,
    events: bot.events.map((event) => ({ ...event, created_at: formatTimestamp(event.created_at) })),
    join_at: formatTimestamp(bot.join_at),
    created_at: formatTimestamp(bot.created_at),
    automatic: bot.automatic ?? null,
    runner: runnerOf(bot),
  });
