import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthorizationCodes } from '../authorization-codes.ts';
import type { FaultRule } from '../fault-rules.ts';
import { createOAuthClients, type OAuthClients } from '../oauth-clients.ts';
import { createOpaqueTokens } from '../opaque-tokens.ts';
import { createPushSender, type PushAttempt, type PushSettings } from '../push-sender.ts';
import { createRequestLog, type RecordedRequest, type RequestLog } from '../request-log.ts';
import { createSimulatedApplications, type SimulatedApplications } from './applications.ts';
import { createControlSurface } from './control-surface.ts';
import { createNotificationOutbox, type NotificationPost } from './notification-outbox.ts';
import type { MicrosoftRequestKind } from './route-request.ts';
import { createRequestHandler } from './serve-requests.ts';
import { createSimulatedAccounts, type SimulatedAccounts } from './simulated-accounts.ts';
import { createSimulatedChanges, type SimulatedChanges } from './simulated-changes.ts';
import type { SimulatorState, SimulatorSwitches } from './simulator-state.ts';
import { createSubscriptions, type LifecycleEvent, type Subscription } from './subscriptions.ts';
import { validateAddress } from './validate-address.ts';

export type MicrosoftSimulatorOptions = {
  /** 0 or absent: any free port. */
  port?: number;
  /** The simulator's clock in ms since the epoch; pauses between retries, delays and time-outs run in real time. */
  now?: () => number;
  random?: () => number;
  /** `validationTimeoutMs`: how long an address has to answer the validation request; 10 s. */
  push?: Partial<PushSettings> & { validationTimeoutMs?: number };
};

export type MicrosoftSimulator = SimulatedAccounts &
  SimulatedApplications &
  SimulatedChanges & {
    /** Base URL of both Graph (`/v1.0/…`) and login (`/{tenant}/oauth2/v2.0/token`). */
    url: string;
    port: number;
    /** Registers an OAuth client, with its redirect URIs. Clients that accounts name need it only for another secret. */
    setClient: OAuthClients['set'];
    switches: SimulatorSwitches;
    /** Push rules here; see `microsoftFaults` for ready-made outcomes. */
    faults: FaultRule<MicrosoftRequestKind>[];
    requests: RecordedRequest<MicrosoftRequestKind>[];
    /** How many requests of a kind were made; each page of a round counts. */
    count: RequestLog<MicrosoftRequestKind>['count'];
    subscriptions: ReadonlyMap<string, Subscription>;
    /** Sends `reauthorizationRequired`, `subscriptionRemoved` (and removes it) or `missed` for a subscription. */
    sendLifecycle(subscriptionId: string, event: LifecycleEvent): void;
    /** Every delivery attempt of a POST of notifications, in the order in which they ended. */
    notifications: PushAttempt<NotificationPost>[];
    /** Resolves once every notification is delivered, lost, or has used up its attempts. */
    idle(): Promise<void>;
    close(): Promise<void>;
  };

function createSwitches(): SimulatorSwitches {
  return {
    loseNotifications: false,
    pageSize: 1000,
    duplicateNotifications: 0,
    extraUpdates: 0,
    delayNotificationsMs: 0,
    notificationBatchSize: 20,
    wrongClientState: false,
    emptyPages: 0,
    splitSeries: false,
    absentMasters: false,
    instancesWithoutExceptions: false,
    duplicateItems: false,
    shuffleItems: false,
    expiredSyncState: { status: 410, code: 'SyncStateNotFound', location: false },
    refreshTokenGraceMs: 3_600_000,
    shortSubscriptionMs: undefined,
    refuseDuplicates: false,
    concurrencyStatus: 429,
    quota: undefined,
  };
}

/**
 * Starts a strict stand-in for Microsoft Graph's calendars, its subscriptions and the token endpoint, on loopback, in
 * this process.
 */
export async function startMicrosoftSimulator(options: MicrosoftSimulatorOptions = {}): Promise<MicrosoftSimulator> {
  const accounts: SimulatorState['accounts'] = new Map();
  const now = options.now ?? Date.now;
  const state: SimulatorState = {
    accounts,
    clients: createOAuthClients(accounts),
    codes: createAuthorizationCodes(now),
    applications: [],
    groups: new Map(),
    applicationTokens: new Map(),
    calendars: new Map(),
    shares: [],
    accessTokens: new Map(),
    refreshTokens: new Map(),
    switches: createSwitches(),
    faults: [],
    requests: createRequestLog(),
    snapshots: new Map(),
    tokens: createOpaqueTokens(),
    now,
    random: options.random ?? Math.random,
  };
  const { validationTimeoutMs = 10_000, ...pushSettings } = options.push ?? {};
  const closing = new AbortController();
  // Anything but a success is tried again, an absent answer too: for four hours at Graph, a few times here.
  const isRetried = (status: number | undefined) => status === undefined || status < 200 || status > 299;
  const settings = { retryBaseMs: 1000, maxAttempts: 5, timeoutMs: 5000, ...pushSettings };
  const sender = createPushSender<NotificationPost>(settings, isRetried);
  const outbox = createNotificationOutbox(sender, () => ({
    batchSize: state.switches.notificationBatchSize,
    delayMs: state.switches.delayNotificationsMs,
  }));
  const subscriptions = createSubscriptions(state, outbox, (address) =>
    validateAddress(address, validationTimeoutMs, closing.signal),
  );
  const changes = createSimulatedChanges(state, (...change) => subscriptions.notify(...change));
  const control = createControlSurface(state, changes, subscriptions);
  const handle = createRequestHandler(state, subscriptions, control, closing.signal);
  // Connections stay open: one that is closed while this process is busy would be reset under a client's next request.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...createSimulatedAccounts(state),
    ...createSimulatedApplications(state),
    ...changes,
    url: `http://127.0.0.1:${port}`,
    port,
    setClient: (client) => state.clients.set(client),
    switches: state.switches,
    faults: state.faults,
    requests: state.requests.entries,
    count: (kind, filter) => state.requests.count(kind, filter),
    subscriptions: subscriptions.all,
    sendLifecycle: (id, event) => subscriptions.sendLifecycle(id, event),
    notifications: sender.attempts,
    idle: () => outbox.idle(),
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, sender.close()]);
    },
  };
}
