import type { Timestamp } from '../platform/timestamp.ts';
import type { EventRank } from './event-rank.ts';

/** How many bots rules may give to a calendar. */
export interface BotLimits {
  /** On one day, UTC, ended ones included. */
  perDay: number;
  /** In meetings at one time. */
  atOnce: number;
}

/** A bot of rules, or an event that is to get one, in its calendar. */
export interface PlacedBot {
  id: string;
  eventId: string;
  start: Timestamp;
  end: Timestamp;
  rank: EventRank;
  /** It was handed off, or has ended: it keeps its place. */
  isFixed: boolean;
  /** Is there a bot already? */
  hasBot: boolean;
}

const dayOf = (time: string): string => time.slice(0, 'yyyy-mm-dd'.length);

/**
 * Which of a calendar's bots have a place: first those that were handed off, then those of better events, of equally good
 * ones those that exist, then the earlier ones, then those of events with smaller ids. Ids of bots come last: so the answer
 * is the same for every worker, and the dry run knows it before there are bots.
 *
 * @returns ids
 */
export function admitBots(bots: readonly PlacedBot[], limits: BotLimits): Set<string> {
  const admitted: PlacedBot[] = [];
  const inOrder = bots.toSorted(
    (a, b) =>
      Number(b.isFixed) - Number(a.isFixed) ||
      a.rank - b.rank ||
      Number(b.hasBot) - Number(a.hasBot) ||
      (orderOf(a) < orderOf(b) ? -1 : 1),
  );
  for (const bot of inOrder) {
    if (bot.isFixed || hasPlaceAmong(bot, admitted, limits)) admitted.push(bot);
  }
  return new Set(admitted.map(({ id }) => id));
}

const orderOf = ({ start, eventId, id }: PlacedBot): string => `${start}#${eventId}#${id}`;

/** Is there a place for one more bot beside those that have one? */
export function hasPlaceAmong(bot: PlacedBot, admitted: readonly PlacedBot[], { perDay, atOnce }: BotLimits): boolean {
  const sameDay = admitted.filter(({ start }) => dayOf(start) === dayOf(bot.start));
  return sameDay.length < perDay && mostBeside(bot, admitted) < atOnce;
}

/** How many others are in meetings at one time while the bot is in its meeting, at most. */
function mostBeside(bot: PlacedBot, others: readonly PlacedBot[]): number {
  const during = others.filter(({ start, end }) => start < endOf(bot) && (end > bot.start || start === bot.start));
  const moments = [bot.start, ...during.map(({ start }) => start).filter((start) => start > bot.start)];
  const countAt = (moment: Timestamp): number =>
    during.filter(({ start, end }) => start <= moment && (end > moment || start === moment)).length;
  return Math.max(...moments.map(countAt));
}

/** An event without a length is there at its start. */
const endOf = ({ start, end }: PlacedBot): string => (end > start ? end : `${start}~`);
