import type { FunctionRoutes } from '../http/routes.ts';

export const botRoutes = {
  function: 'api-bots',
  auth: 'api_key',
  operations: {
    createBot: 'POST /api/v1/bots',
    listBots: 'GET /api/v1/bots',
    getBot: 'GET /api/v1/bots/{id}',
    updateBot: 'PATCH /api/v1/bots/{id}',
    deleteBot: 'DELETE /api/v1/bots/{id}',
    reportBotState: 'POST /api/v1/bots/{id}/state',
    getBotSettings: 'GET /api/v1/bot_settings',
    updateBotSettings: 'PATCH /api/v1/bot_settings',
  },
  query: {
    listBots: [
      'meeting_url',
      'deduplication_key',
      'states',
      'join_at_after',
      'join_at_before',
      'calendar_event_id',
      'cursor',
      'limit',
    ],
  },
} as const satisfies FunctionRoutes;

export const attendeeRoutes = {
  function: 'follow-attendee',
  auth: 'push',
  operations: { receiveAttendeePush: 'POST /push/attendee/{project}' },
} as const satisfies FunctionRoutes;
