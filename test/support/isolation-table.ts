/** What identifies the objects of a project. */
export interface Names {
  calendar: string;
  calendarKey: string;
  account: string;
  app: string;
  organization: string;
  organizationKey: string;
  session: string;
  event: string;
  series: string;
  bot: string;
  botKey: string;
  webhook: string;
  delivery: string;
  email: string;
}

/** Of the project that calls. */
export type OwnNames = Pick<Names, 'app' | 'event' | 'webhook'>;

export interface Probe {
  /** Without `/api/v1`. */
  path: string;
  json?: object;
}
type MakeProbe = (names: Names, own: OwnNames) => Probe;

/**
 * Every place of a request that names an object of a project, by operation: `path` parameters, `query` parameters, and `body`
 * fields. Each probe is sent with names of another project, and with names that do not exist.
 */
export type IsolationTable = Record<
  string,
  { path?: MakeProbe; query?: Record<string, MakeProbe>; body?: Record<string, MakeProbe>; more?: MakeProbe }
>;

const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
const span = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${soon}`;
const secrets = { client_id: 'a', client_secret: 'b' };
const app = { platform: 'google', ...secrets };
const organization = { platform: 'microsoft', microsoft: { tenant: 'contoso.com', ...secrets } };
const link = 'https://meet.google.com/abc-defg-hij';
const hook = { url: 'https://hooks.example.com/x', triggers: ['calendar.*'], is_active: false };

const at =
  (path: (names: Names) => string, json?: object): MakeProbe =>
  (names) => ({ path: path(names), ...(json && { json }) });

export const isolationTable: IsolationTable = {
  createCalendar: {
    body: {
      deduplication_key: ({ calendarKey: deduplication_key }) => ({
        path: '/calendars',
        json: { ...app, refresh_token: 'isolated', deduplication_key },
      }),
    },
  },
  listCalendars: {
    query: {
      deduplication_key: at(({ calendarKey }) => `/calendars?deduplication_key=${calendarKey}`),
      account_id: at(({ account }) => `/calendars?account_id=${account}`),
    },
    more: at(({ email }) => `/calendars?account_email=${email}`),
  },
  getCalendar: { path: at(({ calendar }) => `/calendars/${calendar}`) },
  updateCalendar: { path: at(({ calendar }) => `/calendars/${calendar}`, { metadata: { taken: 'over' } }) },
  deleteCalendar: { path: at(({ calendar }) => `/calendars/${calendar}`) },
  listCalendarSyncs: { path: at(({ calendar }) => `/calendars/${calendar}/syncs`) },
  syncCalendar: { path: at(({ calendar }) => `/calendars/${calendar}/sync`, {}) },
  getCalendarHealth: { path: at(({ calendar }) => `/calendars/${calendar}/health`) },
  readFreeBusy: {
    query: { calendar_ids: at(({ calendar }) => `/free_busy?calendar_ids=${calendar}&${span}`) },
    more: at(({ email }) => `/free_busy?attendees=${email}&${span}`),
  },
  getAccount: { path: at(({ account }) => `/accounts/${account}`) },
  updateAccount: { path: at(({ account }) => `/accounts/${account}`, { refresh_token: 'taken over' }) },
  deleteAccount: { path: at(({ account }) => `/accounts/${account}`) },
  listAccountCalendars: { path: at(({ account }) => `/accounts/${account}/calendars`) },
  selectAccountCalendars: { path: at(({ account }) => `/accounts/${account}/selection`, { selection: 'all' }) },
  getOauthApp: { path: at(({ app: id }) => `/oauth_apps/${id}`) },
  updateOauthApp: { path: at(({ app: id }) => `/oauth_apps/${id}`, { client_secret: 'taken over' }) },
  deleteOauthApp: { path: at(({ app: id }) => `/oauth_apps/${id}`) },
  createOrganizationConnection: {
    body: {
      deduplication_key: ({ organizationKey: deduplication_key }) => ({
        path: '/organization_connections',
        json: { ...organization, deduplication_key },
      }),
    },
  },
  listOrganizationConnections: {
    query: {
      deduplication_key: at(({ organizationKey: key }) => `/organization_connections?deduplication_key=${key}`),
    },
  },
  getOrganizationConnection: { path: at(({ organization: id }) => `/organization_connections/${id}`) },
  updateOrganizationConnection: {
    path: at(({ organization: id }) => `/organization_connections/${id}`, { metadata: { taken: 'over' } }),
  },
  deleteOrganizationConnection: { path: at(({ organization: id }) => `/organization_connections/${id}`) },
  listOrganizationConnectionFailures: {
    path: at(({ organization: id }) => `/organization_connections/${id}/failures`),
  },
  createConnectSession: {
    body: {
      oauth_app_id: ({ app: oauth_app_id }) => ({ path: '/connect_sessions', json: { oauth_app_id } }),
      calendar_id: ({ calendar: calendar_id }, own) => ({
        path: '/connect_sessions',
        json: { oauth_app_id: own.app, calendar_id },
      }),
      deduplication_key: ({ calendarKey: deduplication_key }, own) => ({
        path: '/connect_sessions',
        json: { oauth_app_id: own.app, deduplication_key },
      }),
    },
  },
  getConnectSession: { path: at(({ session }) => `/connect_sessions/${session}`) },
  listCalendarChanges: { query: { calendar_id: at(({ calendar }) => `/calendar_changes?calendar_id=${calendar}`) } },
  listCalendarEvents: {
    query: {
      calendar_id: at(({ calendar }) => `/calendar_events?calendar_id=${calendar}`),
      calendar_deduplication_key: at(({ calendarKey }) => `/calendar_events?calendar_deduplication_key=${calendarKey}`),
      event_id: at(({ event }) => `/calendar_events?event_id=${event}`),
      series_id: at(({ series }) => `/calendar_events?series_id=${series}`),
    },
    more: at(({ email }) => `/calendar_events?attendee=${email}`),
  },
  getCalendarEvent: { path: at(({ event }) => `/calendar_events/${event}`) },
  listMeetingLinks: { path: at(({ event }) => `/calendar_events/${event}/meeting_links`) },
  getBotDecision: { path: at(({ event }) => `/calendar_events/${event}/bot_decision`) },
  createBot: {
    body: {
      calendar_event_id: ({ event: calendar_event_id }) => ({
        path: '/bots',
        json: { calendar_event_id, bot_name: 'B' },
      }),
      deduplication_key: ({ botKey: deduplication_key }) => ({
        path: '/bots',
        json: { meeting_url: link, join_at: soon, bot_name: 'B', deduplication_key },
      }),
    },
  },
  listBots: {
    query: {
      deduplication_key: at(({ botKey }) => `/bots?deduplication_key=${botKey}`),
      calendar_event_id: at(({ event }) => `/bots?calendar_event_id=${event}`),
    },
  },
  getBot: { path: at(({ bot }) => `/bots/${bot}`) },
  updateBot: { path: at(({ bot }) => `/bots/${bot}`, { bot_name: 'taken over' }) },
  deleteBot: { path: at(({ bot }) => `/bots/${bot}`) },
  reportBotState: { path: at(({ bot }) => `/bots/${bot}/state`, { state: 'joining' }) },
  createWebhook: {
    body: {
      calendar_ids: ({ calendar }) => ({ path: '/webhooks', json: { ...hook, filter: { calendar_ids: [calendar] } } }),
    },
  },
  getWebhook: { path: at(({ webhook }) => `/webhooks/${webhook}`) },
  updateWebhook: {
    path: at(({ webhook }) => `/webhooks/${webhook}`, { is_active: false }),
    body: {
      calendar_ids: ({ calendar }, own) => ({
        path: `/webhooks/${own.webhook}`,
        json: { filter: { calendar_ids: [calendar] } },
      }),
    },
  },
  deleteWebhook: { path: at(({ webhook }) => `/webhooks/${webhook}`) },
  rotateWebhookSecret: { path: at(({ webhook }) => `/webhooks/${webhook}/rotate_secret`, {}) },
  testWebhook: { path: at(({ webhook }) => `/webhooks/${webhook}/test`, {}) },
  listWebhookDeliveries: { path: at(({ webhook }) => `/webhooks/${webhook}/deliveries`) },
  redeliver: {
    path: at(({ webhook, delivery }) => `/webhooks/${webhook}/deliveries/${delivery}/redeliver`, {}),
    more: ({ delivery }, own) => ({ path: `/webhooks/${own.webhook}/deliveries/${delivery}/redeliver`, json: {} }),
  },
  replayDeliveries: { path: at(({ webhook }) => `/webhooks/${webhook}/replay`, { since: '2026-01-01T00:00:00Z' }) },
};
