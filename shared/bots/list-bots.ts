import { findEvent } from '../events/event-store.ts';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import type { Bot, BotState } from './bot.ts';
import { getBots, listBotRows } from './bot-store.ts';

/** With filters a page looks at this many bots at most; then it ends early, with `next`. */
const rowsPerRead = 100;
const readsPerPage = 10;

/** Filters of `GET /bots` (docs/api-compatibility.md#bots); all hold together. Null: any. */
export interface BotFilters {
  meetingUrl: string | null;
  deduplicationKey: string | null;
  states: BotState[] | null;
  joinAtAfter: Timestamp | null;
  joinAtBefore: Timestamp | null;
  calendarEventId: string | null;
}

/** A page of a project's bots, created first first. */
export async function listBots(
  table: Table,
  projectId: string,
  filters: BotFilters,
  cursor: PageCursor | null,
  pageSize = 25,
): Promise<Page<Bot>> {
  const { calendarEventId, ...others } = filters;
  if (calendarEventId !== null) return botsOfEvent(table, projectId, calendarEventId, others);
  const isFiltered = Object.values(filters).some((filter) => filter !== null);
  const ascending = cursor?.direction !== 'back';
  const rows: Bot[] = [];
  const positions: string[] = [];
  let from: { position: string; inclusive?: boolean | undefined } | null = cursor;
  let end: string | null = null;
  for (let read = 0; read < (isFiltered ? readsPerPage : 1); read += 1) {
    const limit = isFiltered ? rowsPerRead : pageSize;
    const page = await listBotRows(table, projectId, filters, { from, ascending, limit });
    const found = new Map<string, Bot>((await getBots(table, page.rows.map(idOf))).map((bot) => [bot.id, bot]));
    end = page.end;
    for (const row of page.rows) {
      const bot = found.get(idOf(row));
      if (!bot || !passes(bot, others)) continue;
      rows.push(bot);
      positions.push(String(row.by_created));
      if (rows.length < pageSize) continue;
      const isLast = row === page.rows.at(-1);
      return pageOf({ rows, positions, end: isLast ? end : String(row.by_created) }, cursor);
    }
    if (end === null) break;
    from = { position: end };
  }
  return pageOf({ rows, positions, end }, cursor);
}

const idOf = ({ PK }: { PK: string }): string => PK.slice('BOT#'.length);

const passes = (bot: Bot, filters: Omit<BotFilters, 'calendarEventId'>): boolean =>
  (filters.meetingUrl === null || bot.meeting_url === filters.meetingUrl) &&
  (filters.deduplicationKey === null || bot.deduplication_key === filters.deduplicationKey) &&
  (filters.states === null || filters.states.includes(bot.state)) &&
  (filters.joinAtAfter === null || bot.join_at > filters.joinAtAfter) &&
  (filters.joinAtBefore === null || bot.join_at < filters.joinAtBefore);

/** An event has few bots: all of them are one page. */
async function botsOfEvent(
  table: Table,
  projectId: string,
  eventId: string,
  filters: Omit<BotFilters, 'calendarEventId'>,
): Promise<Page<Bot>> {
  const row = isId('evt', eventId) ? await findEvent(table, projectId, eventId) : null;
  const bots = await getBots(table, row?.bot_ids ?? []);
  const rows = bots.filter((bot) => passes(bot, filters)).sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  return { rows, next: null, previous: null };
}
