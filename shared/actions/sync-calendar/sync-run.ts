import type { Logger } from '@aws-lambda-powertools/logger';
import type { Calendar, Platform, SyncState } from '../../domain/calendar.ts';
import type { Timestamp } from '../../domain/timestamp.ts';
import type { FactBus } from '../../messaging/fact-bus.ts';
import type { SyncMessage, SyncQueue } from '../../messaging/sync-queue.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/envelope.ts';
import type { CalendarProvider } from '../../providers/calendar-provider.ts';
import type { Table } from '../../store/table.ts';

export interface SyncDeps {
  table: Table;
  providers: Partial<Record<Platform, CalendarProvider>>;
  envelope: Envelope;
  bus: FactBus;
  queue: SyncQueue;
  clock: Clock;
  logger: Logger;
  newId: () => string;
  /** Number in [0, 1). */
  random: () => number;
  signingSecret: string;
  /** Where providers push to, without a trailing slash. */
  publicUrl: string;
  window: { pastDays: number; futureDays: number };
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

/** What a run holds of its calendar; every write replaces `sync` by the state as stored. */
export interface SyncRun {
  calendar: Calendar;
  sync: SyncState;
  provider: CalendarProvider;
  request: SyncRequest;
  /** Names the run, its facts, and later its log entry. */
  id: string;
  /** When the run began to read: changes before this instant are in what it reads. */
  startedAt: Timestamp;
  /** In the clear, once the run has one; never stored or logged. */
  accessToken?: string;
  /** A token this fresh that is refused will not be accepted after another refresh. */
  refreshed?: boolean;
}
