import type { Logger } from '@aws-lambda-powertools/logger';
import type { BotQueue } from '../bots/bot-queue.ts';
import type { Calendar, Platform, SyncState } from '../calendars/calendar.ts';
import type { NotificationBus } from '../notifications/notification-bus.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { CalendarProvider } from '../providers/calendar-provider.ts';
import type { RequestCount } from '../providers/count-requests.ts';
import type { Table } from '../store/table.ts';
import type { SyncMessage, SyncQueue } from './sync-queue.ts';
import type { WindowDays } from './sync-window.ts';

export interface SyncDeps {
  table: Table;
  providers: Partial<Record<Platform, CalendarProvider>>;
  envelope: Envelope;
  bus: NotificationBus;
  queue: SyncQueue;
  botQueue: Pick<BotQueue, 'sendAll'>;
  clock: Clock;
  logger: Logger;
  newId: () => string;
  /** Number in [0, 1). */
  random: () => number;
  signingSecret: string;
  /** Where providers push to, without a trailing slash. */
  publicUrl: string;
  /** What a calendar keeps that has no window of its own. */
  window: WindowDays;
  retention: Retention;
  /** How long before its time a bot is handed off, in milliseconds. */
  botLeadMs: number;
}

/** For how many days rows are kept. */
interface Retention {
  /** Events after their end, and deleted ones after their deletion. */
  eventDays: number;
  /** Changes in the change feed, and runs in the sync log. */
  logDays: number;
}

/** A message of the sync queue as a worker sees it. */
export interface SyncRequest extends SyncMessage {
  /** Milliseconds since the epoch. */
  sentAt: number;
  /** 1 on the first delivery. */
  attempt: number;
  /** Milliseconds until the function is stopped. */
  remainingMs: () => number;
}

/** How a run ended. `retry`: the message comes back after the delay. Anything else settles it. */
export type SyncOutcome =
  | { kind: 'ok' | 'dropped' | 'continued' | 'disconnected' | 'failed' | 'purged' }
  | { kind: 'retry'; delayMs: number };

type Tally = Record<'events_read' | 'created' | 'changed' | 'deleted' | 'skipped' | 'drift', number>;

/** What a run holds of its calendar; every write replaces `sync` by the state as stored. */
export interface SyncRun {
  calendar: Calendar;
  sync: SyncState;
  provider: CalendarProvider;
  request: SyncRequest;
  /** Names the run, its notifications, and its log entry. */
  id: string;
  /** When the run began; of the sync log. */
  began: Timestamp;
  /** When the run began to read: changes before this instant are in what it reads. */
  startedAt: Timestamp;
  /** In the clear, once the run has one; never stored or logged. */
  accessToken?: string;
  /** For the sync log. */
  tally: Tally & RequestCount;
  /** A token this fresh that is refused will not be accepted after another refresh. */
  refreshed?: boolean;
}

/** A run at its beginning. */
export function beginRun(
  deps: SyncDeps,
  { calendar, sync, provider, request }: Pick<SyncRun, 'calendar' | 'sync' | 'provider' | 'request'>,
): SyncRun {
  const began = deps.clock.stamp();
  const tally = { requests: 0, events_read: 0, created: 0, changed: 0, deleted: 0, skipped: 0, drift: 0 };
  return { calendar, sync, provider, request, id: deps.newId(), began, startedAt: began, tally };
}
