import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import type { Clock } from '../platform/clock.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { lookTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import { timerShards } from '../store/table-schema.ts';
import type { SyncQueues } from '../sync/sync-queue.ts';
import { readDueTimers } from '../timers/timer-store.ts';
import type { Bot } from './bot.ts';
import { getBots } from './bot-store.ts';

const botsPerShard = 100;

/**
 * Asks for a look at the calendars whose bots are handed off in a few minutes: a meeting may have moved without a push. A
 * calendar that was read a moment ago is not read again. With more bots at once than a page, the rest goes without.
 */
export async function lookBeforeHandOffs(
  { table, clock, queues }: { table: Table; clock: Clock; queues: SyncQueues },
  mayGoOn: () => boolean,
): Promise<void> {
  const now = clock.now();
  const [after, by] = [timestampOf(now + lookTimingMs.handOffFrom), timestampOf(now + lookTimingMs.handOffUntil)];
  const pages = await Promise.all(
    Array.from({ length: timerShards }, (_, shard) =>
      readDueTimers(table, { kind: 'bot', shard }, by, { from: undefined, after, limit: botsPerShard }),
    ),
  );
  const ids = pages.flatMap(({ rows }) =>
    rows.flatMap(({ PK, SK }) => (SK === 'BOT' ? [PK.slice('BOT#'.length)] : [])),
  );
  const bots = (await getBots(table, ids)).filter(({ state }) => state === 'scheduled');
  const minute = Math.floor(now / lookTimingMs.handOffFresh);
  for (const [projectId, own] of Map.groupBy(bots, ({ project_id }: Bot) => project_id)) {
    if (!mayGoOn()) return;
    const named = new Set(own.flatMap(({ calendar_id }) => calendar_id ?? []));
    const calendars = [...(await readCalendars(table, projectId, [...named])).values()];
    for (const [platform, group] of Map.groupBy(calendars, (calendar) => calendar.platform)) {
      await queues[platform].sendAll(
        group.map(({ id }) => ({
          message: { calendar_id: id, trigger: 'hand_off' as const },
          deduplication: `hand-off:${minute}`,
        })),
      );
    }
  }
}
