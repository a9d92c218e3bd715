import * as z from 'zod';
import { metadataSchema } from '../http/metadata-field.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { type Bot, botStates, runnerKinds, runnerOf } from './bot.ts';

export const botEventOut = z.object({ type: z.string(), created_at: timeOut(), sub_type: z.string().optional() });
export const ruleReferenceOut = z.object({ index: z.int().nonnegative(), name: z.string().nullable() });
export const botOriginOut = z.object({ rule: ruleReferenceOut.nullable() });
export const botRunnerOut = z.object({ name: z.enum(runnerKinds), bot_id: z.string().nullable() });

/** A bot in answers (docs/api-compatibility.md#bots). */
export const botOut = z.object({
  id: idOut('bot'),
  metadata: metadataSchema.nullable(),
  meeting_url: z.string(),
  state: z.enum(botStates),
  events: z.array(botEventOut),
  transcription_state: z.string(),
  recording_state: z.string(),
  join_at: timeOut().nullable(),
  deduplication_key: z.string().nullable(),
  bot_name: z.string(),
  calendar_event_id: idOut('evt').nullable(),
  created_at: timeOut(),
  automatic: botOriginOut.nullable(),
  runner: botRunnerOut.nullable(),
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
