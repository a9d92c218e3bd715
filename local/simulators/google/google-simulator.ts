import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthorizationCodes } from '../authorization-codes.ts';
import type { FaultRule } from '../fault-rules.ts';
import { createOAuthClients, type OAuthClients } from '../oauth-clients.ts';
import { createOpaqueTokens } from '../opaque-tokens.ts';
import { createPushSender, type PushAttempt, type PushSettings } from '../push-sender.ts';
import { createRequestLog, type RecordedRequest, type RequestLog } from '../request-log.ts';
import { createControlSurface } from './control-surface.ts';
import { createSimulatedOrganizations, type SimulatedOrganizations } from './organizations.ts';
import { type ChannelMessage, createPushChannels, type PushChannel } from './push-channels.ts';
import type { GoogleRequestKind } from './route-request.ts';
import { createRequestHandler } from './serve-requests.ts';
import { createSimulatedAccounts, type SimulatedAccounts } from './simulated-accounts.ts';
import { createSimulatedChanges, type SimulatedChanges } from './simulated-changes.ts';
import type { SimulatorState, SimulatorSwitches } from './simulator-state.ts';

/** Retried statuses. Any other failure ends the message (push guide, "Responding to notifications"). */
const RETRIED = new Set([500, 502, 503, 504]);

export type GoogleSimulatorOptions = {
  /** 0 or absent: any free port. */
  port?: number;
  /** The simulator's clock in ms since the epoch; pauses between retries and delays run in real time. */
  now?: () => number;
  random?: () => number;
  push?: Partial<PushSettings>;
};

export type GoogleSimulator = SimulatedAccounts &
  SimulatedOrganizations &
  SimulatedChanges & {
    /** Base URL of both `/calendar/v3/…` and `/token`. */
    url: string;
    port: number;
    /** Registers an OAuth client, with its redirect URIs. Clients that accounts name need it only for another secret. */
    setClient: OAuthClients['set'];
    switches: SimulatorSwitches;
    /** Push rules here; see `googleFaults` for ready-made outcomes. */
    faults: FaultRule<GoogleRequestKind>[];
    requests: RecordedRequest<GoogleRequestKind>[];
    /** How many requests of a kind were made; each page of a listing counts. */
    count: RequestLog<GoogleRequestKind>['count'];
    channels: ReadonlyMap<string, PushChannel>;
    /** Every delivery attempt of a notification, in the order in which they ended. */
    notifications: PushAttempt<ChannelMessage>[];
    /** Resolves once every notification is delivered, lost, or has used up its attempts. */
    idle(): Promise<void>;
    close(): Promise<void>;
  };

/** Starts a strict stand-in for Google's Calendar API, OAuth token endpoint and push, on loopback, in this process. */
export async function startGoogleSimulator(options: GoogleSimulatorOptions = {}): Promise<GoogleSimulator> {
  const accounts: SimulatorState['accounts'] = new Map();
  const now = options.now ?? Date.now;
  const state: SimulatorState = {
    accounts,
    organizations: [],
    clients: createOAuthClients(accounts),
    codes: createAuthorizationCodes(now),
    calendars: new Map(),
    accessTokens: new Map(),
    switches: {
      loseNotifications: false,
      pageSize: 2500,
      duplicateNotifications: 0,
      delayNotificationsMs: 0,
      notifyAfterStopMs: 0,
      emptyPages: 0,
      shortChannelTtlMs: undefined,
      fullTombstones: false,
      goneWithoutReason: false,
      quota: undefined,
    },
    faults: [],
    requests: createRequestLog(),
    snapshots: new Map(),
    tokens: createOpaqueTokens(),
    now,
    random: options.random ?? Math.random,
  };
  const sender = createPushSender<ChannelMessage>(
    { retryBaseMs: 1000, maxAttempts: 5, timeoutMs: 5000, ...options.push },
    (status) => status !== undefined && RETRIED.has(status),
  );
  const push = createPushChannels(state, sender);
  const changes = createSimulatedChanges(state, (calendarId) => push.notify(calendarId));
  const closing = new AbortController();
  const handle = createRequestHandler(state, push, createControlSurface(state, changes), closing.signal);
  // Connections stay open: one that is closed while this process is busy would be reset under a client's next request.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...createSimulatedAccounts(state),
    ...createSimulatedOrganizations(state),
    ...changes,
    url: `http://127.0.0.1:${port}`,
    port,
    setClient: (client) => state.clients.set(client),
    switches: state.switches,
    faults: state.faults,
    requests: state.requests.entries,
    count: (kind, filter) => state.requests.count(kind, filter),
    channels: push.channels,
    notifications: sender.attempts,
    idle: () => sender.idle(),
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, sender.close()]);
    },
  };
}
