import * as z from 'zod';
import { detailOut, fieldErrorsOut, lookupErrorOut } from '../http/error-schemas.ts';
import { cursor, type Documents, timeText } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { botOut } from './bot.api.ts';
import { botStates } from './bot.ts';
import { createBotFields, reportBotStateFields, updateBotFields } from './bot-fields.api.ts';
import type { attendeeRoutes, botRoutes } from './bot-routes.api.ts';
import { botSettingsOut, updateBotSettingsFields } from './bot-settings.api.ts';

export const botDocuments: Documents<typeof botRoutes | typeof attendeeRoutes> = {
  createBot: {
    summary: 'Schedule a bot for an event, or for a link and a time',
    tag: 'Bots',
    request: createBotFields,
    responses: {
      201: botOut,
      400: z.union([fieldErrorsOut, detailOut, lookupErrorOut]),
      415: detailOut,
    },
  },
  listBots: {
    summary: 'List bots, oldest first; filters are ANDed',
    tag: 'Bots',
    query: {
      meeting_url: { description: 'Only bots for this link' },
      deduplication_key: { description: 'Only bots with this key' },
      states: {
        description: 'Only bots in one of these states; repeat the parameter for several',
        schema: { type: 'array', items: { type: 'string', enum: [...botStates] } },
      },
      join_at_after: { description: `Only bots that join after this time. ${timeText}` },
      join_at_before: { description: `Only bots that join before this time. ${timeText}` },
      calendar_event_id: { description: 'Only bots for this event' },
      cursor,
    },
    responses: { 200: listOut(botOut), 400: lookupErrorOut, 404: detailOut },
  },
  getBot: { summary: 'Read a bot', tag: 'Bots', responses: { 200: botOut, 404: lookupErrorOut } },
  updateBot: {
    summary: 'Change a bot; `meeting_url` and `join_at` can be changed only when the bot has no event',
    tag: 'Bots',
    request: updateBotFields,
    responses: {
      200: botOut,
      400: z.union([fieldErrorsOut, detailOut, lookupErrorOut]),
      404: lookupErrorOut,
      415: detailOut,
    },
  },
  deleteBot: {
    summary: 'Delete a bot that is still scheduled',
    tag: 'Bots',
    responses: { 200: null, 400: lookupErrorOut, 404: lookupErrorOut },
  },
  reportBotState: {
    summary: 'Report the state of a bot; for runners that receive `bot.due` from the bus or as a webhook',
    tag: 'Bots',
    request: reportBotStateFields,
    responses: {
      200: botOut,
      400: z.union([fieldErrorsOut, detailOut, lookupErrorOut]),
      404: lookupErrorOut,
      415: detailOut,
    },
  },
  getBotSettings: { summary: 'Read the bot settings of the project', tag: 'Bots', responses: { 200: botSettingsOut } },
  updateBotSettings: {
    summary: 'Choose the runner of the project’s bots, and whether a reconnect restores them',
    tag: 'Bots',
    request: updateBotSettingsFields({ allowLoopback: false, ports: [443] }),
    responses: { 200: botSettingsOut, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut },
  },
  receiveAttendeePush: {
    summary: 'Receive webhooks of an Attendee server about its bots; verified by their signature',
    tag: 'Provider push',
    responses: { 204: null },
  },
};
