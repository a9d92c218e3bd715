import type { Clock } from '../../platform/clock.ts';
import { addMicros, type Timestamp, timestampOf } from '../../platform/timestamp.ts';
import { feedTimingMs, syncTimingMs } from '../../platform/timing.ts';
import type { Table } from '../../store/table.ts';
import type { TransactionItem } from '../../store/transaction.ts';
import { putRow } from '../../store/write-row.ts';
import { fenceCommit, readCommitTerms } from './change-feed-store.ts';
import { botsChangeItems, markerKey, markerRow } from './change-row.ts';

/** A bot of an event, whose change users see. */
export interface ChangedBot {
  id: string;
  project_id: string;
  calendar_id: string;
  calendar_event_id: string;
  /** Grows with each of its changes. */
  version: number;
}

/** What the transaction of a change of bots needs for the feed. */
export interface BotsCommit {
  items: Record<string, TransactionItem>;
  /** The transaction must be complete before this aborts. */
  signal?: AbortSignal;
  /** To be called when the transaction was refused: readers of the feed do not wait for it any longer. */
  close: () => Promise<unknown>;
}

const usualRetentionDays = 30;
const daySeconds = 86_400;

/**
 * Opens the commit of a change of bots, as `openCommit` does that of a calendar: the order of the feed holds for it in the
 * same way. One request in a project whose feed was never read: there are no entries then.
 *
 * @param bots of one project
 */
export async function openBotsCommit(
  { table, clock, newId }: { table: Table; clock: Clock; newId: () => string },
  bots: readonly ChangedBot[],
): Promise<BotsCommit> {
  const nothing = { items: {}, close: async () => {} };
  const [{ project_id } = { project_id: null }] = bots;
  if (project_id === null) return nothing;
  const signal = AbortSignal.timeout(feedTimingMs.unmarkedCommit);
  if ((await readCommitTerms(table, project_id)).feed === null) return { ...nothing, signal };
  const name = newId();
  const owners = bots.map(({ id, calendar_id }) => ({ id: calendar_id, project_id, bot_id: id }));
  const openedAt = timestampOf(clock.now());
  const markers = owners.map((owner) =>
    markerRow.read({
      ...markerKey(owner),
      marker: name,
      opened_at: openedAt,
      expires_at: Math.floor((clock.now() + syncTimingMs.feedMarkerLifetime) / 1000),
    }),
  );
  await Promise.all(markers.map((marker) => putRow(table, markerRow.write(marker))));
  const { feed } = await readCommitTerms(table, project_id);
  const [mark, now] = [feed?.mark ?? null, clock.stamp()];
  // By a clock that is behind the mark, two changes of a bot still have two times.
  const timeOf = (version: number): Timestamp => (mark !== null && mark >= now ? addMicros(mark, 1 + version) : now);
  const expiresAt = Math.floor(clock.now() / 1000) + ((feed?.retentionDays ?? usualRetentionDays) + 1) * daySeconds;
  const items = bots.map(({ calendar_event_id: eventId, version }, index) => {
    const owner = owners[index];
    return owner ? botsChangeItems(owner, { marker: name, eventId, at: timeOf(version), expiresAt }) : {};
  });
  return {
    items: Object.assign({}, ...items) as Record<string, TransactionItem>,
    close: () => Promise.all(markers.map((marker) => fenceCommit(table, marker))),
  };
}
