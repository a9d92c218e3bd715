import { listStartingEvents } from '../events/event-list-store.ts';
import { getEvents } from '../events/event-store.ts';
import type { Clock } from '../platform/clock.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import { readBotRules } from './bot-rules-store.ts';
import { decideEvents } from './decide-events.ts';
import type { EventDecision } from './read-places.ts';

const daysAhead = 28;

/** A page of what the rules decide for a project's events that begin in the next 28 days, soonest first. */
export async function listBotDecisions(
  { table, clock }: { table: Table; clock: Clock },
  projectId: string,
  cursor: PageCursor | null,
  limit = 100,
): Promise<Page<EventDecision>> {
  const now = clock.stamp();
  const to = timestampOf(millisOf(now) + daysAhead * 86_400_000);
  const [rules, read] = await Promise.all([
    readBotRules(table, projectId),
    listStartingEvents(
      table,
      projectId,
      { from: now, to },
      { ascending: cursor?.direction !== 'back', from: cursor, limit },
    ),
  ]);
  const { events: found, missed } =
    read.rows.length === 0 ? { events: [], missed: 0 } : await getEvents(table, read.rows);
  const events = found.map(({ event }) => event);
  const positions = read.rows.map(({ by_start }) => String(by_start));
  // The page ends early after the last event that was read.
  const end = missed === 0 ? read.end : (positions[read.rows.length - missed - 1] ?? read.end);

  const inOrder = cursor?.direction === 'back' ? events.toReversed() : events;
  const decisions = await decideEvents(table, projectId, rules, inOrder, { now, isStart: cursor === null });
  const rows = cursor?.direction === 'back' ? decisions.toReversed() : decisions;
  return pageOf({ rows, positions, end }, cursor);
}
