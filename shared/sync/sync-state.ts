import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { storedMicros, storedTimestamp } from '../store/stored-values.ts';
import { looksSchema, noLooks } from './looks.ts';
import { readingSchema } from './reading-state.ts';
import { stateEntrySchema } from './state-outbox.ts';
import { failingSchema } from './sync-error.ts';
import { packedRun } from './sync-log-row.ts';

/** A push channel that the provider has opened. */
const openedChannelSchema = z.object({
  id: z.string(),
  resource_id: z.string(),
  expires_at: storedMicros.optional(),
});
export type OpenedChannel = z.output<typeof openedChannelSchema>;

const liveChannelSchema = openedChannelSchema.extend({
  kind: z.literal('live'),
  /** Fingerprint of the address and secret it was opened with. With others it is replaced. */
  target: z.string(),
  /** When it is renewed or replaced, well before it expires. Absent: by the next run. */
  renew_at: storedMicros.optional(),
  /** A channel that is being opened to replace this one. */
  successor_id: z.string().optional(),
});
export type LiveChannel = z.output<typeof liveChannelSchema>;

/**
 * The push channel of a calendar. The id of a channel is stored before the provider is asked to open it, because its
 * first notification may come before the answer.
 */
const channelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('opening'), id: z.string() }),
  liveChannelSchema,
]);
export type Channel = z.output<typeof channelSchema>;

/** The last attempt to open or renew a channel has failed. A live channel may still push meanwhile. */
const refusalSchema = z.object({
  /** The provider's code of the failure. */
  code: z.string(),
  /** Failures in a row. */
  count: z.number(),
  retry_at: storedTimestamp,
  /** The provider does not push to this place (`channelPlace`). It is not asked again before the next daily listing. */
  unsupported_address: z.string().optional(),
});

const pushSchema = z.object({
  channel: channelSchema.default({ kind: 'none' }),
  refusal: refusalSchema.optional(),
  /** Since when changes are found that the channel did not push. The calendar is polled meanwhile. */
  silent_since: storedMicros.optional(),
  /** The channel that was stopped last. Its late notifications are expected. */
  stopped_channel_id: z.string().optional(),
  /** When the last notification of a known channel was received. */
  last_notification_at: storedMicros.optional(),
});
export type PushState = z.output<typeof pushSchema>;

/** What the sync knows about a calendar. Only the sync writes it, one run at a time. */
export const syncContentSchema = z.object({
  sync_token: z
    .object({
      value: z.string(),
      /** The provider's name for the requests it was made with. Other requests need a new listing. */
      shape: z.string(),
      /** IANA zone of the calendar: all-day events begin at its midnight. */
      time_zone: z.string(),
    })
    .optional(),
  /** The last listing: when it began, of which window (`windowName`), and until which start time. */
  listing: z.object({ at: storedMicros, window: z.string(), until: storedMicros }).optional(),
  /**
   * The content policy that all rows fulfil, also those that no listing has. `from`: the position in the order of creation
   * up to which they do.
   */
  swept: z.object({ policy: z.string(), from: z.string().optional() }).optional(),
  push: pushSchema.prefault({}),
  reading: readingSchema.prefault({}),
  looks: looksSchema.prefault({}),
  /** The failed runs since the last success. Absent while all is well. */
  failing: failingSchema.optional(),
  last_attempted_sync_at: storedMicros.optional(),
  last_successful_sync_at: storedMicros.optional(),
  /** When the last successful run began to read. Messages sent before it are served. */
  last_served_at: storedMicros.optional(),
  /** `updated_at` of the calendar that the last successful run worked with. After a PATCH the calendar has another. */
  worked_version: storedMicros.optional(),
  /** `updated_at` that was given to an event last. */
  last_change_at: storedMicros.optional(),
  /** From the last change at the provider to its commit, in milliseconds. */
  last_change_lag_ms: z.number().optional(),
  /** When the window reaches the next prefetched event. */
  lookahead_due_at: storedMicros.optional(),
  /** Pushes and timers that come before this time do not call the provider. */
  not_before: storedMicros.optional(),
  /**
   * What is committed and perhaps not announced yet. Absent when all is sent. The stored state may still have entries that
   * the sync log notes as sent.
   */
  outbox: z.array(stateEntrySchema).optional(),
  /**
   * Times of the rows that its commits have added to the change feed, until they move to the sync log. With the log they
   * are the list of the calendar's changes, by which a purge finds them.
   */
  commits: z.array(storedMicros).optional(),
  /** The latest runs, oldest first: at least the last one. The sync log may have them, too. */
  runs: z.array(packedRun).default([]),
});

export interface SyncState extends z.output<typeof syncContentSchema> {
  /** Grows with every write. A write that expects another version is refused: another run has overtaken it. */
  version: number;
  /** When the calendar's timer is due. */
  due_at?: Timestamp | undefined;
}

/** The state of a calendar that was never synced. */
export const initialSyncState = (dueAt?: Timestamp): SyncState => ({
  version: 1,
  push: { channel: { kind: 'none' } },
  reading: { token_failures: 0 },
  looks: noLooks,
  runs: [],
  due_at: dueAt,
});
