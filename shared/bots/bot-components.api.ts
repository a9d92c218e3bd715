import { answerObject, type Component, choiceList, listObject, requestObject } from '../http/component.ts';
import { runnerReference } from '../notifications/notification-schema.ts';
import { botEventOut, botOriginOut, botOut, botRunnerOut, ruleReferenceOut } from './bot.api.ts';
import { botStates, runnerKinds } from './bot.ts';
import { botListOut, botSettingsRequest } from './bot-documents.api.ts';
import { createBotFields, reportBotStateFields, reportedStates, updateBotFields } from './bot-fields.api.ts';
import { botSettingsOut } from './bot-settings.api.ts';
import { runnerSettingNames } from './runner-settings-fields.api.ts';

type Setting = (typeof runnerSettingNames)[number];
const runnerSettings = Object.fromEntries(
  runnerSettingNames.map((name) => [name, 'Handed to the runner as it is (the bot API of Attendee describes it)']),
) as Record<Setting, string>;

const texts = {
  metadata: 'Your own keys and texts; notifications about the bot have them',
  bot_name: 'The name that the bot shows in the meeting',
  meeting_url: 'The link of the meeting. It is stored unwrapped and without login tokens',
};

const absent = { not: {} };
const both = (one: string, other: string): object => ({
  properties: { [one]: {}, [other]: {} },
  required: [one, other],
});

/** A bot has either an event, or a link and perhaps a time. Generators ignore `not`, and would split the type at `oneOf`. */
const eventOrLink = {
  not: {
    anyOf: [
      { properties: { calendar_event_id: absent, meeting_url: absent } },
      both('calendar_event_id', 'meeting_url'),
      both('calendar_event_id', 'join_at'),
    ],
  },
};

const limitTexts = {
  max_automatic_bots_per_calendar_per_day: 'How many bots rules give to a calendar on one day (UTC), at most',
  max_automatic_bots_at_once: 'How many bots of rules are in meetings of a calendar at one time, at most',
  one_bot_per_room: 'Whether rules give only one bot at a time to a room in which meetings overlap',
};

export const botComponents: readonly Component[] = [
  answerObject('Bot', botOut, 'A bot that joins a meeting.', {
    id: 'Id of the bot',
    metadata: texts.metadata,
    meeting_url: 'The link that the bot joins',
    state: '`scheduled`, then `staged` at the hand-off, then what its runner reports',
    events: 'What happened to the bot, the oldest first',
    transcription_state: 'State of the transcription, for clients of Attendee',
    recording_state: 'State of the recording, for clients of Attendee',
    join_at: 'When the bot is to be in the meeting, UTC',
    deduplication_key: 'Your own key, unique among the bots that have not ended',
    bot_name: texts.bot_name,
    calendar_event_id: 'The event that the bot follows; null for a bot that was created by link',
    created_at: 'Time of creation, UTC',
    automatic: 'The rule that created the bot. Null: a client created it',
    runner: 'Who runs the bot, and its id there. Null: it was not handed off yet',
  }),
  answerObject('BotEvent', botEventOut, 'Something that happened to a bot.', {
    type: 'What happened. A later version may add types',
    created_at: 'When it happened, UTC',
    sub_type: 'Why, or how',
  }),
  answerObject('BotOrigin', botOriginOut, 'That rules created a bot.', {
    rule: 'The rule; null when the rules have changed since',
  }),
  answerObject('RuleReference', ruleReferenceOut, 'A rule of the project.', {
    index: 'Its place in the list of rules, from 0',
    name: 'Its name; null without one',
  }),
  {
    ...answerObject('BotRunner', botRunnerOut, 'Who runs a bot.', {
      name: 'The kind of runner',
      bot_id: 'Id of the bot at the runner; null where it has none',
    }),
    aliases: [runnerReference],
  },
  requestObject(
    'CreateBot',
    createBotFields,
    'A bot for an event, or for a link and a time.',
    {
      calendar_event_id: 'The event that the bot follows; `meeting_url` and `join_at` are then those of the event',
      join_at: 'When the bot is to be in the meeting; absent is now. ISO 8601, without an offset UTC',
      deduplication_key: 'Your own key, unique among the bots that have not ended',
      ...texts,
      ...runnerSettings,
    },
    eventOrLink,
  ),
  requestObject('UpdateBot', updateBotFields, 'What to change in a bot; absent fields stay.', {
    ...texts,
    metadata: `${texts.metadata}. It replaces the former`,
    join_at: 'When the bot is to be in the meeting; only of a bot without an event',
    meeting_url: 'The link of the meeting; only of a bot without an event',
    ...runnerSettings,
  }),
  requestObject('ReportBotState', reportBotStateFields, 'The state of a bot as its runner reports it.', {
    state: 'The new state',
    sub_type: 'Why, or how',
  }),
  answerObject('BotSettings', botSettingsOut, 'The bot settings of a project.', {
    runner: 'Who runs the bots',
    attendee_base_url: 'Address of the Attendee server; null without one',
    attendee_webhook_path: 'Path to which the Attendee server sends `bot.state_change`',
    follows_attendee: 'Whether the webhook secret of the Attendee server is set',
    restore_bots_on_reconnect: 'Whether the bots of a calendar return when it is connected again',
    meeting_hosts: 'Hosts whose every link is a meeting, beside the platforms that are known',
    ...limitTexts,
  }),
  requestObject('UpdateBotSettings', botSettingsRequest, 'What to change in the bot settings; absent fields stay.', {
    runner: 'Who runs the bots',
    attendee_base_url: 'The address before `/api/v1`, by the rules of webhook URLs',
    attendee_api_key: 'API key of the Attendee server; it is in no answer',
    attendee_webhook_secret: 'Base64 of at least 24 bytes, as the Attendee server shows it; it is in no answer',
    restore_bots_on_reconnect: 'Whether the bots of a calendar return when it is connected again',
    meeting_hosts: 'Hosts whose every link is a meeting, beside the platforms that are known',
    ...limitTexts,
  }),
  listObject('BotList', botListOut, 'A page of bots.'),
  choiceList('BotState', botStates, 'State of a bot.'),
  choiceList('ReportedBotState', reportedStates, 'State of a bot that a runner may report.'),
  choiceList('RunnerKind', runnerKinds, 'Who runs bots (docs/bots.md).'),
];
