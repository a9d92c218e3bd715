import type {
  Account,
  AccountCalendar,
  Bot,
  BotDecision,
  BotRules,
  BotSettings,
  Calendar,
  CalendarEvent,
  CalendarHealth,
  ConnectSession,
  ConnectSettings,
  ContentPolicy,
  CreateBot,
  CreateCalendar,
  CreateConnectSession,
  CreatedConnectSession,
  CreateOAuthApp,
  CreateOrganizationConnection,
  CreateWebhook,
  Delivery,
  EventChangeList,
  ExplainedBotDecision,
  FreeBusy,
  MeetingLinkList,
  OAuthApp,
  OrganizationConnection,
  OrganizationConnectionFailure,
  operations,
  PutContentPolicy,
  ReplaceBotRules,
  ReplayRequest,
  ReplayResult,
  ReportBotState,
  RequestedSync,
  RotateWebhookSecret,
  SelectCalendars,
  SelectedCalendars,
  SyncRun,
  UpdateAccount,
  UpdateBot,
  UpdateBotSettings,
  UpdateCalendar,
  UpdateConnectSettings,
  UpdateOAuthApp,
  UpdateOrganizationConnection,
  UpdateWebhook,
  Webhook,
  WebhookWithSecret,
} from './api-types.ts';
import { createList, type List } from './list.ts';
import { createSend, type KalendsOptions } from './send.ts';

/** Parameters of a list. Times may be `Date` objects. */
type QueryOf<Name extends keyof operations> = operations[Name] extends { parameters: { query?: infer Query } }
  ? { [Key in keyof Query]: Query[Key] | Date }
  : never;

/** The operations of the API, by what they are about. Each rejects with an error of `errors.ts`. */
export function createKalends(options: KalendsOptions = {}) {
  const send = createSend(options);
  const at = (...parts: string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('');
  const get = <Answer>(path: string, query?: object): Promise<Answer> => send({ method: 'GET', path, query });
  const post = <Answer>(path: string, body?: object, query?: object): Promise<Answer> =>
    send({ method: 'POST', path, body, query });
  const patch = <Answer>(path: string, body: object): Promise<Answer> => send({ method: 'PATCH', path, body });
  const remove = (path: string): Promise<void> => send({ method: 'DELETE', path });
  const list = <Item>(path: string, query?: object): List<Item> => createList<Item>(send, path, query);

  return {
    calendars: {
      /** @param query `verify`: the token and the calendar are checked before anything is stored */
      create: (body: CreateCalendar, query?: QueryOf<'createCalendar'>) => post<Calendar>('/calendars', body, query),
      list: (query?: QueryOf<'listCalendars'>) => list<Calendar>('/calendars', query),
      get: (id: string) => get<Calendar>(at('calendars', id)),
      update: (id: string, body: UpdateCalendar) => patch<Calendar>(at('calendars', id), body),
      delete: (id: string) => remove(at('calendars', id)),
      /** Syncs the calendar now. */
      sync: (id: string) => post<RequestedSync>(at('calendars', id, 'sync')),
      syncs: (id: string, query?: QueryOf<'listCalendarSyncs'>) => list<SyncRun>(at('calendars', id, 'syncs'), query),
      health: (id: string) => get<CalendarHealth>(at('calendars', id, 'health')),
    },
    /** Consents of users. The calendars of an account share its credentials. */
    accounts: {
      list: (query?: QueryOf<'listAccounts'>) => list<Account>('/accounts', query),
      get: (id: string) => get<Account>(at('accounts', id)),
      /** Renews the credentials. All calendars of the account are synced with them. */
      update: (id: string, body: UpdateAccount) => patch<Account>(at('accounts', id), body),
      /** Its calendars are deleted with it. */
      delete: (id: string) => remove(at('accounts', id)),
      /** The calendars that the account has at its provider. */
      calendars: (id: string) => list<AccountCalendar>(at('accounts', id, 'calendars')),
      /** Connects the calendars that are chosen, and disconnects all others. */
      select: (id: string, body: SelectCalendars) =>
        send<SelectedCalendars>({ method: 'PUT', path: at('accounts', id, 'selection'), body }),
    },
    /** Clients of yours at Google and Microsoft. No answer has a secret. */
    oauthApps: {
      create: (body: CreateOAuthApp) => post<OAuthApp>('/oauth_apps', body),
      list: (query?: QueryOf<'listOauthApps'>) => list<OAuthApp>('/oauth_apps', query),
      get: (id: string) => get<OAuthApp>(at('oauth_apps', id)),
      update: (id: string, body: UpdateOAuthApp) => patch<OAuthApp>(at('oauth_apps', id), body),
      /** Refused while accounts use it. */
      delete: (id: string) => remove(at('oauth_apps', id)),
    },
    /** Whole organizations at Google and Microsoft. No answer has a key. */
    organizationConnections: {
      create: (body: CreateOrganizationConnection) => post<OrganizationConnection>('/organization_connections', body),
      list: (query?: QueryOf<'listOrganizationConnections'>) =>
        list<OrganizationConnection>('/organization_connections', query),
      get: (id: string) => get<OrganizationConnection>(at('organization_connections', id)),
      update: (id: string, body: UpdateOrganizationConnection) =>
        patch<OrganizationConnection>(at('organization_connections', id), body),
      /** Deletes every calendar that it has connected. Until that is done its state is `removing`. */
      delete: (id: string) => remove(at('organization_connections', id)),
      /** Users who could not be connected, with the reason and the time of the next try. */
      failures: (id: string, query?: QueryOf<'listOrganizationConnectionFailures'>) =>
        list<OrganizationConnectionFailure>(at('organization_connections', id, 'failures'), query),
    },
    /** Links by which users connect their calendars on a hosted page. */
    connect: {
      settings: () => get<ConnectSettings>('/connect_settings'),
      updateSettings: (body: UpdateConnectSettings) => patch<ConnectSettings>('/connect_settings', body),
      /** Only this answer has the link. */
      createSession: (body: CreateConnectSession) => post<CreatedConnectSession>('/connect_sessions', body),
      getSession: (id: string) => get<ConnectSession>(at('connect_sessions', id)),
    },
    events: {
      list: (query?: QueryOf<'listCalendarEvents'>) => list<CalendarEvent>('/calendar_events', query),
      get: (id: string, query?: QueryOf<'getCalendarEvent'>) => get<CalendarEvent>(at('calendar_events', id), query),
      meetingLinks: (id: string) => get<MeetingLinkList>(at('calendar_events', id, 'meeting_links')),
      botDecision: (id: string) => get<ExplainedBotDecision>(at('calendar_events', id, 'bot_decision')),
    },
    /** When calendars or people are busy. Without events, and without their content. */
    freeBusy: (query: QueryOf<'readFreeBusy'>) => get<FreeBusy>('/free_busy', query),
    contentPolicy: {
      get: () => get<ContentPolicy>('/content_policy'),
      /** What of events is stored and shown from now on; older rows follow. */
      replace: (body: PutContentPolicy) => send<ContentPolicy>({ method: 'PUT', path: '/content_policy', body }),
    },
    changes: {
      /** A page of the change feed. `consumeChanges` reads all of them, and keeps the cursor. */
      read: (query?: QueryOf<'listCalendarChanges'>) => get<EventChangeList>('/calendar_changes', query),
    },
    bots: {
      create: (body: CreateBot) => post<Bot>('/bots', body),
      list: (query?: QueryOf<'listBots'>) => list<Bot>('/bots', query),
      get: (id: string) => get<Bot>(at('bots', id)),
      update: (id: string, body: UpdateBot) => patch<Bot>(at('bots', id), body),
      delete: (id: string) => remove(at('bots', id)),
      /** For the program that runs the bot. */
      reportState: (id: string, body: ReportBotState) => post<Bot>(at('bots', id, 'state'), body),
      settings: () => get<BotSettings>('/bot_settings'),
      updateSettings: (body: UpdateBotSettings) => patch<BotSettings>('/bot_settings', body),
    },
    botRules: {
      get: () => get<BotRules>('/bot_rules'),
      replace: (body: ReplaceBotRules) => send<BotRules>({ method: 'PUT', path: '/bot_rules', body }),
      /** What the rules decide about each event ahead. */
      dryRun: (query?: QueryOf<'listBotDecisions'>) => list<BotDecision>('/bot_rules/dry_run', query),
    },
    webhooks: {
      /** Only this answer, and that of `rotateSecret`, has the secret. */
      create: (body: CreateWebhook) => post<WebhookWithSecret>('/webhooks', body),
      list: (query?: QueryOf<'listWebhooks'>) => list<Webhook>('/webhooks', query),
      get: (id: string) => get<Webhook>(at('webhooks', id)),
      update: (id: string, body: UpdateWebhook) => patch<Webhook>(at('webhooks', id), body),
      delete: (id: string) => remove(at('webhooks', id)),
      rotateSecret: (id: string, body: RotateWebhookSecret = {}) =>
        post<WebhookWithSecret>(at('webhooks', id, 'rotate_secret'), body),
      test: (id: string) => post<Delivery>(at('webhooks', id, 'test')),
      deliveries: (id: string, query?: QueryOf<'listWebhookDeliveries'>) =>
        list<Delivery>(at('webhooks', id, 'deliveries'), query),
      redeliver: (id: string, delivery: string) =>
        post<Delivery>(at('webhooks', id, 'deliveries', delivery, 'redeliver')),
      replay: (id: string, body: ReplayRequest) => post<ReplayResult>(at('webhooks', id, 'replay'), body),
    },
  };
}
export type Kalends = ReturnType<typeof createKalends>;
