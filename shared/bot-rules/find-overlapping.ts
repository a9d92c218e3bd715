import { type Bot, isTerminal } from '../bots/bot.ts';
import { goesTo } from '../bots/bot-meeting.ts';
import { getBots } from '../bots/bot-store.ts';
import { readFollowed } from '../bots/followed-event-store.ts';
import type { MeetingClaim } from '../bots/meeting-claim.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import type { Table } from '../store/table.ts';
import type { BotRules } from './bot-rules.ts';
import { type EventRank, eventRank } from './event-rank.ts';
import { isRemovable } from './next-rule-step.ts';
import { leavesAt } from './read-meeting.ts';

/** Bots of other meetings that last at the same time in the same room. */
export interface Overlapping {
  bots: Bot[];
  /** Ids of those that give way. */
  yielding: string[];
  /** Keys of the neighbours that have no bot. */
  free: string[];
}

/** Which of two bots of one room stays: the smaller text. Each worker that sees both finds the same one. */
const orderOf = (event: CalendarEvent, rank: EventRank, bot: Bot | undefined): string =>
  `${bot && bot.state !== 'scheduled' ? 0 : 1}${rank}${bot ? 0 : 1}${event.start_time}#${event.id}`;

/**
 * The bots of meetings that overlap with an event in its room. A bot of rules gives way to that of a better event, of equally good ones the later
 * one; an event without a bot waits for an equally good one with a bot. One request for the bots of neighbours, and one for each.
 *
 * @param neighbours claims of other meetings in the room
 */
export async function findOverlapping(
  table: Table,
  rules: BotRules,
  { event, rank, bots: own }: { event: CalendarEvent; rank: EventRank; bots: Bot[] },
  neighbours: ReadonlyMap<string, MeetingClaim>,
): Promise<Overlapping> {
  const ids = [...neighbours.values()].flatMap(({ bot_id }) => bot_id ?? []);
  const found: Overlapping = { bots: [], yielding: [], free: [] };
  const stored = new Map<string, Bot>((await getBots(table, [...new Set(ids)])).map((bot) => [bot.id, bot]));
  const order = orderOf(event, rank, own.find(isRemovable));
  for (const [key, { bot_id }] of neighbours) {
    const bot = stored.get(bot_id ?? '');
    if (!bot || !goesTo(bot, key)) {
      found.free.push(key);
      continue;
    }
    // Bots for a link are considered by the time at which they join.
    if (bot.calendar_event_id === null || bot.calendar_event_id === event.id || isTerminal(bot)) continue;
    const { event: row, calendar } = await readFollowed(table, bot);
    if (!row || !calendar) continue;
    const { event: other } = row;
    if (bot.join_at >= event.end_time || leavesAt(bot, other) <= event.start_time) continue;
    found.bots.push(bot);
    const itsOrder = orderOf(other, eventRank(other, calendar, rules.internal_domains), bot);
    if (isRemovable(bot) && order < itsOrder) found.yielding.push(bot.id);
  }
  return found;
}
