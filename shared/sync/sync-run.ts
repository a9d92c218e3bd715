import type { AccountTokens } from '../accounts/account-tokens.ts';
import type { BotQueue } from '../bots/bot-queue.ts';
import type { FindMeetingHosts } from '../bots/meeting-hosts-store.ts';
import type { Calendar, Platform } from '../calendars/calendar.ts';
import type { ContentPolicy } from '../content-policy/content-policy.ts';
import type { FindContentPolicy } from '../content-policy/content-policy-store.ts';
import type { NotificationBus } from '../notifications/notification-bus.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { CalendarProvider } from '../providers/calendar-provider.ts';
import type { Providers } from '../providers/providers.ts';
import type { RequestCount } from '../providers/request-scope.ts';
import type { Table } from '../store/table.ts';
import type { WorkerShareDeps } from '../worker-shares/worker-share.ts';
import type { RunHosts } from './run-hosts.ts';
import type { SeenTimer } from './seen-timer.ts';
import type { LogTail } from './sync-log-store.ts';
import type { SyncMessage } from './sync-message.ts';
import type { SyncQueues } from './sync-queue.ts';
import type { WindowDays } from './sync-window.ts';

export interface SyncDeps {
  table: Table;
  providers: Providers;
  envelope: Envelope;
  bus: NotificationBus;
  queues: SyncQueues;
  /** The leases that long runs of a project need, by queue. */
  shares: Record<Platform, Pick<WorkerShareDeps, 'acquire' | 'release'>>;
  /** Groups in which the rest of a project's long runs wait. */
  longGroups: number;
  botQueue: Pick<BotQueue, 'sendAll' | 'sendCalendar'>;
  findMeetingHosts: FindMeetingHosts;
  findContentPolicy: FindContentPolicy;
  clock: Clock;
  logger: Logger;
  newId: () => string;
  /** Number in [0, 1). */
  random: () => number;
  signingSecret: string;
  /** Where providers push to, without a trailing slash. */
  publicUrl: string;
  /** The window of calendars without their own. */
  window: WindowDays;
  retention: Retention;
  /** How long before its time a bot is handed off, in milliseconds. */
  botLeadMs: number;
}

/** For how many days rows are stored. */
interface Retention {
  /** Events after their end, and deleted ones after their deletion. */
  eventDays: number;
  /** Changes in the change feed, and runs in the sync log. */
  logDays: number;
}

/** A message of the sync queue as a worker receives it. */
export interface SyncRequest extends SyncMessage {
  /** Milliseconds since the epoch. */
  sentAt: number;
  /** 1 on the first delivery. */
  attempt: number;
  /** Milliseconds until the function is stopped. */
  remainingMs: () => number;
  /** It came from a group of long runs, and may take all the time. */
  isLong?: boolean;
}

/**
 * How a run ended. `retry`: the message is redelivered after the delay. Every other outcome completes the message; after
 * `moved` another one waits among the long runs of the project.
 */
export type SyncOutcome =
  | { kind: 'ok' | 'dropped' | 'continued' | 'moved' | 'disconnected' | 'failed' | 'purged' }
  | { kind: 'retry'; delayMs: number };

/** One run of a calendar's sync: what stays the same until its end. */
export interface SyncRun {
  readonly calendar: Calendar;
  readonly provider: CalendarProvider;
  readonly request: SyncRequest;
  /** Names the run, its notification and its entry in the sync log. */
  readonly id: string;
  readonly began: Timestamp;
  /** How much of an event the project keeps. */
  readonly policy: ContentPolicy;
  readonly hosts: RunHosts;
  /** The calendar's window, or the deployment's. */
  readonly window: WindowDays;
  readonly tokens: AccountTokens;
  /** The calendar's timer, which others may set while the run works. */
  readonly timer: SeenTimer;
  /** The last row of the sync log, which the run extends. */
  readonly log: LogTail;
  /** Requests to the provider so far. */
  readonly requests: RequestCount;
}
