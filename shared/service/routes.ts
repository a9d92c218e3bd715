/** Every HTTP route of Kalends, once: the stack creates them, `api-service` tells 404 from 405 by them, OpenAPI lists them. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Folder in `functions/` that answers. */
  function: string;
  /** Key of the operation in the function and `operationId` in the OpenAPI document. */
  operation: string;
  /** `api_key`: needs `Authorization: Token <key>`. `none`: open, or verified in another way (provider push). */
  auth: 'api_key' | 'none';
}

const api = '/api/v1';

export const routes = [
  { method: 'GET', path: '/health', function: 'api-service', operation: 'getHealth', auth: 'none' },
  { method: 'GET', path: '/openapi.json', function: 'api-service', operation: 'getOpenapi', auth: 'none' },

  { method: 'POST', path: `${api}/calendars`, function: 'api-calendars', operation: 'createCalendar', auth: 'api_key' },
  { method: 'GET', path: `${api}/calendars`, function: 'api-calendars', operation: 'listCalendars', auth: 'api_key' },
  {
    method: 'GET',
    path: `${api}/calendars/{id}`,
    function: 'api-calendars',
    operation: 'getCalendar',
    auth: 'api_key',
  },
  {
    method: 'PATCH',
    path: `${api}/calendars/{id}`,
    function: 'api-calendars',
    operation: 'updateCalendar',
    auth: 'api_key',
  },
  {
    method: 'DELETE',
    path: `${api}/calendars/{id}`,
    function: 'api-calendars',
    operation: 'deleteCalendar',
    auth: 'api_key',
  },
  {
    method: 'GET',
    path: `${api}/calendars/{id}/syncs`,
    function: 'api-calendars',
    operation: 'listCalendarSyncs',
    auth: 'api_key',
  },
  {
    method: 'POST',
    path: `${api}/calendars/{id}/sync`,
    function: 'api-calendars',
    operation: 'syncCalendar',
    auth: 'api_key',
  },
  {
    method: 'GET',
    path: `${api}/calendars/{id}/health`,
    function: 'api-calendars',
    operation: 'getCalendarHealth',
    auth: 'api_key',
  },

  {
    method: 'GET',
    path: `${api}/calendar_changes`,
    function: 'api-calendar-events',
    operation: 'listCalendarChanges',
    auth: 'api_key',
  },
  {
    method: 'GET',
    path: `${api}/calendar_events`,
    function: 'api-calendar-events',
    operation: 'listCalendarEvents',
    auth: 'api_key',
  },
  {
    method: 'GET',
    path: `${api}/calendar_events/{id}`,
    function: 'api-calendar-events',
    operation: 'getCalendarEvent',
    auth: 'api_key',
  },

  {
    method: 'GET',
    path: `${api}/calendar_events/{id}/bot_decision`,
    function: 'api-bot-rules',
    operation: 'getBotDecision',
    auth: 'api_key',
  },
  { method: 'GET', path: `${api}/bot_rules`, function: 'api-bot-rules', operation: 'getBotRules', auth: 'api_key' },
  { method: 'PUT', path: `${api}/bot_rules`, function: 'api-bot-rules', operation: 'putBotRules', auth: 'api_key' },
  {
    method: 'GET',
    path: `${api}/bot_rules/dry_run`,
    function: 'api-bot-rules',
    operation: 'listBotDecisions',
    auth: 'api_key',
  },
  { method: 'POST', path: `${api}/bots`, function: 'api-bots', operation: 'createBot', auth: 'api_key' },
  { method: 'GET', path: `${api}/bots`, function: 'api-bots', operation: 'listBots', auth: 'api_key' },
  { method: 'GET', path: `${api}/bots/{id}`, function: 'api-bots', operation: 'getBot', auth: 'api_key' },
  { method: 'PATCH', path: `${api}/bots/{id}`, function: 'api-bots', operation: 'updateBot', auth: 'api_key' },
  { method: 'DELETE', path: `${api}/bots/{id}`, function: 'api-bots', operation: 'deleteBot', auth: 'api_key' },
  {
    method: 'POST',
    path: `${api}/bots/{id}/state`,
    function: 'api-bots',
    operation: 'reportBotState',
    auth: 'api_key',
  },
  { method: 'GET', path: `${api}/bot_settings`, function: 'api-bots', operation: 'getBotSettings', auth: 'api_key' },
  {
    method: 'PATCH',
    path: `${api}/bot_settings`,
    function: 'api-bots',
    operation: 'updateBotSettings',
    auth: 'api_key',
  },

  { method: 'POST', path: `${api}/webhooks`, function: 'api-webhooks', operation: 'createWebhook', auth: 'api_key' },
  { method: 'GET', path: `${api}/webhooks`, function: 'api-webhooks', operation: 'listWebhooks', auth: 'api_key' },
  { method: 'GET', path: `${api}/webhooks/{id}`, function: 'api-webhooks', operation: 'getWebhook', auth: 'api_key' },
  {
    method: 'PATCH',
    path: `${api}/webhooks/{id}`,
    function: 'api-webhooks',
    operation: 'updateWebhook',
    auth: 'api_key',
  },
  {
    method: 'DELETE',
    path: `${api}/webhooks/{id}`,
    function: 'api-webhooks',
    operation: 'deleteWebhook',
    auth: 'api_key',
  },
  {
    method: 'POST',
    path: `${api}/webhooks/{id}/rotate_secret`,
    function: 'api-webhooks',
    operation: 'rotateWebhookSecret',
    auth: 'api_key',
  },
  {
    method: 'POST',
    path: `${api}/webhooks/{id}/test`,
    function: 'api-webhooks',
    operation: 'testWebhook',
    auth: 'api_key',
  },
  {
    method: 'GET',
    path: `${api}/webhooks/{id}/deliveries`,
    function: 'api-webhooks',
    operation: 'listWebhookDeliveries',
    auth: 'api_key',
  },
  {
    method: 'POST',
    path: `${api}/webhooks/{id}/deliveries/{delivery}/redeliver`,
    function: 'api-webhooks',
    operation: 'redeliver',
    auth: 'api_key',
  },
  {
    method: 'POST',
    path: `${api}/webhooks/{id}/replay`,
    function: 'api-webhooks',
    operation: 'replayDeliveries',
    auth: 'api_key',
  },

  {
    method: 'POST',
    path: '/push/google',
    function: 'receive-google-push',
    operation: 'receiveGooglePush',
    auth: 'none',
  },
  {
    method: 'POST',
    path: '/push/microsoft',
    function: 'receive-microsoft-push',
    operation: 'receiveMicrosoftPush',
    auth: 'none',
  },
  {
    method: 'POST',
    path: '/push/microsoft/lifecycle',
    function: 'receive-microsoft-push',
    operation: 'receiveMicrosoftLifecycle',
    auth: 'none',
  },
  {
    method: 'POST',
    path: '/push/attendee/{project}',
    function: 'follow-attendee',
    operation: 'receiveAttendeePush',
    auth: 'none',
  },
] as const satisfies readonly Route[];

export type Operation = (typeof routes)[number]['operation'];
export type FunctionName =
  | (typeof routes)[number]['function']
  | 'sync-calendar'
  | 'dispatch-due'
  | 'fan-out-notification'
  | 'deliver-webhook'
  | 'hand-off-bot'
  | 'decide-bots';

/** `operation → routeKey` as API Gateway spells it in `event.routeKey`, e.g. `GET /api/v1/calendars/{id}`. */
export const routeKeyOf = (route: Pick<Route, 'method' | 'path'>): string => `${route.method} ${route.path}`;
