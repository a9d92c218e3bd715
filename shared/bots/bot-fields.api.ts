import * as z from 'zod';
import { metadataField } from '../http/metadata-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { timeField } from '../http/time-field.ts';
import { type BotState, botStates } from './bot.ts';
import { meetingUrlField } from './meeting-url-field.api.ts';
import { runnerSettingsFields } from './runner-settings-fields.api.ts';

/** The longest name of a participant that meeting platforms allow. */
const longestName = 255;

/** Body of `POST /bots` (docs/api-compatibility.md#bots): either an event, or a link and perhaps a time. */
export const createBotFields = z.object({
  calendar_event_id: optionalField(textField()),
  meeting_url: optionalField(meetingUrlField()),
  join_at: optionalField(timeField('join_at')),
  bot_name: textField(longestName),
  metadata: optionalField(metadataField()),
  deduplication_key: optionalField(textField(1024)),
  ...runnerSettingsFields,
});

/** Body of `PATCH /bots/{id}`: link and time only of a bot without an event. */
export const updateBotFields = z.object({
  metadata: optionalField(metadataField()),
  bot_name: optionalField(textField(longestName)),
  meeting_url: optionalField(meetingUrlField()),
  join_at: optionalField(timeField('join_at')),
  ...runnerSettingsFields,
});

/** States that a runner may report. The states before them are ours. */
export const reportedStates = botStates.filter((state) => state !== 'scheduled' && state !== 'staged') as [
  BotState,
  ...BotState[],
];

/** Body of `POST /bots/{id}/state`. */
export const reportBotStateFields = z.object({
  state: choiceField(reportedStates),
  sub_type: optionalField(textField(100)),
});
