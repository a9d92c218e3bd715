import type { Clock } from '../../platform/clock.ts';
import { lostRace, retryLostRace } from '../../platform/retry-lost-race.ts';
import { addMicros, type Timestamp, timestampOf } from '../../platform/timestamp.ts';
import { feedTimingMs, syncTimingMs } from '../../platform/timing.ts';
import type { Table } from '../../store/table.ts';
import { type TransactionItem, transact } from '../../store/transaction.ts';
import { putRow } from '../../store/write-row.ts';
import { fenceCommit, noteChangeDay, readCommitTerms } from './change-feed-store.ts';
import { botsChangeItems, dayOf, markerKey, markerRow } from './change-row.ts';

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
  /**
   * To be called after the transaction. When it was refused, readers of the feed do not wait for it any longer. When it had no
   * entry and has taken longer than the first reader of the feed waits, the entry is written now.
   */
  close: (outcome: 'done' | 'refused') => Promise<unknown>;
}

interface BotsCommitDeps {
  table: Table;
  clock: Clock;
  newId: () => string;
}

const usualRetentionDays = 30;
const daySeconds = 86_400;

/**
 * Opens the commit of a change of bots, as `openCommit` does that of a calendar: the order of the feed holds for it in the
 * same way. One request in a project whose feed was never read: there are no entries then.
 *
 * @param bots of one project
 */
export async function openBotsCommit(deps: BotsCommitDeps, bots: readonly ChangedBot[]): Promise<BotsCommit> {
  const { table, clock, newId } = deps;
  const [{ project_id } = { project_id: null }] = bots;
  if (project_id === null) return { items: {}, close: async () => {} };
  const inTime = AbortSignal.timeout(feedTimingMs.unmarkedCommit);
  if ((await readCommitTerms(table, project_id)).feed === null) {
    return { items: {}, close: async (outcome) => outcome === 'done' && inTime.aborted && writeLate(deps, bots) };
  }
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
  const { feed, changeDays } = await readCommitTerms(table, project_id);
  const [mark, now] = [feed?.mark ?? null, clock.stamp()];
  // By a clock that is behind the mark, two changes of a bot still have two times.
  const timeOf = (version: number): Timestamp => (mark !== null && mark >= now ? addMicros(mark, 1 + version) : now);
  const keptDays = (feed?.retentionDays ?? usualRetentionDays) + 1;
  const expiresAt = Math.floor(clock.now() / 1000) + keptDays * daySeconds;
  for (const day of new Set(bots.map(({ version }) => dayOf(timeOf(version)))))
    await noteChangeDay(table, project_id, { day, known: changeDays, keptDays });
  const items = bots.map(({ calendar_event_id: eventId, version }, index) => {
    const owner = owners[index];
    return owner ? botsChangeItems(owner, { marker: name, eventId, at: timeOf(version), expiresAt }) : {};
  });
  return {
    items: Object.assign({}, ...items) as Record<string, TransactionItem>,
    close: async (outcome) => outcome === 'refused' && Promise.all(markers.map((marker) => fenceCommit(table, marker))),
  };
}

/** Entries show the events as they are, so that they may follow the changes. They are refused when a reader fences them. */
async function writeLate(deps: BotsCommitDeps, bots: readonly ChangedBot[]): Promise<void> {
  await retryLostRace(async () => {
    const { items } = await openBotsCommit(deps, bots);
    return (await transact<string>(deps.table, items)).length > 0 ? lostRace : undefined;
  });
}
