import { cursor, type Documents, limitParameter, timeParameter } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { botOut } from './bot.api.ts';
import { botStates } from './bot.ts';
import { botExample, botSettingsExample } from './bot-examples.api.ts';
import { createBotFields, reportBotStateFields, updateBotFields } from './bot-fields.api.ts';
import type { botRoutes } from './bot-routes.api.ts';
import { botSettingsOut, updateBotSettingsFields } from './bot-settings.api.ts';

export const botListOut = listOut(botOut);
export const botSettingsRequest = updateBotSettingsFields({ allowLoopback: false, ports: [443] });

const bot = { status: 200, schema: botOut } as const;

export const botDocuments: Documents<typeof botRoutes> = {
  createBot: {
    summary: 'Schedule a bot',
    description:
      'For an event (`calendar_event_id`), whose time and link the bot then follows, or for a link (`meeting_url`) and a time. Further fields of Attendee’s bot API are handed to the runner as they are.',
    tag: 'Bots',
    request: {
      schema: createBotFields,
      example: { meeting_url: 'https://zoom.us/j/5551112222', join_at: '2027-01-11T10:00:00Z', bot_name: 'Notetaker' },
    },
    answer: { status: 201, description: 'The bot', schema: botOut, example: botExample },
    errors: ['ConflictOrUnreadable'],
  },
  listBots: {
    summary: 'List bots',
    description: 'The oldest come first, 25 a page. Filters are ANDed.',
    tag: 'Bots',
    query: {
      meeting_url: { description: 'Only bots for this link' },
      deduplication_key: { description: 'Only bots with this key' },
      states: {
        description: 'Only bots in one of these states; repeat the parameter for several',
        schema: { type: 'array', items: { type: 'string', enum: [...botStates] }, minItems: 1 },
      },
      join_at_after: timeParameter('Only bots that join after this time.'),
      join_at_before: timeParameter('Only bots that join before this time.'),
      calendar_event_id: { description: 'Only bots for this event' },
      cursor,
      limit: limitParameter(25),
    },
    answer: {
      status: 200,
      description: 'A page of bots',
      schema: botListOut,
      example: { next: null, previous: null, results: [botExample] },
    },
    errors: ['InvalidCursor'],
  },
  getBot: {
    summary: 'Read a bot',
    description: 'A bot that was removed is 404.',
    tag: 'Bots',
    answer: { ...bot, description: 'The bot', example: botExample },
    errors: ['NotFound', 'Unreadable'],
  },
  updateBot: {
    summary: 'Change a bot',
    description: '`meeting_url` and `join_at` can be changed only when the bot has no event.',
    tag: 'Bots',
    request: { schema: updateBotFields, example: { bot_name: 'Scribe' } },
    answer: { ...bot, description: 'The changed bot', example: { ...botExample, bot_name: 'Scribe' } },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  deleteBot: {
    summary: 'Delete a bot',
    description: 'Possible until the bot has joined. Its runner gets a `cancel`.',
    tag: 'Bots',
    answer: { status: 200, description: 'Deleted; the body is empty', schema: null },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  reportBotState: {
    summary: 'Report the state of a bot',
    description: 'For runners that receive `bot.due` from the bus or as a webhook.',
    tag: 'Bots',
    request: { schema: reportBotStateFields, example: { state: 'joining' } },
    answer: {
      ...bot,
      description: 'The bot in its new state',
      example: {
        ...botExample,
        state: 'joining',
        events: [{ type: 'join_requested', created_at: '2026-11-23T09:59:00.120000Z' }],
        runner: { name: 'webhook', bot_id: null },
      },
    },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  getBotSettings: {
    summary: 'Read the bot settings',
    description: 'The settings of the project, without secrets.',
    tag: 'Bots',
    answer: { status: 200, description: 'The settings', schema: botSettingsOut, example: botSettingsExample },
    errors: ['Unreadable'],
  },
  updateBotSettings: {
    summary: 'Change the bot settings',
    description: 'Chooses the runner of the project’s bots, and whether a reconnect restores them. Absent fields stay.',
    tag: 'Bots',
    request: { schema: botSettingsRequest, example: { runner: 'webhook', meeting_hosts: ['meet.example.org'] } },
    answer: { status: 200, description: 'The settings', schema: botSettingsOut, example: botSettingsExample },
    errors: ['ConflictOrUnreadable'],
  },
};
