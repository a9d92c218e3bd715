import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import type { RowKey } from '../store/row.ts';
import type { Bot } from './bot.ts';
import type { EventReference } from './meeting-claim.ts';

/** An entry is needed while rules decide about its day. */
const keptMs = 2 * 86_400_000;

/** The bots that rules gave to a calendar by the start of their meetings, ended ones included, and events without a place. */
export const automaticBots = (calendarId: string): string => `AUTOMATIC#${calendarId}`;

/** The entry of a bot that rules created. */
export const automaticBotRow = (bot: Bot): RowKey & { expires_at: number } => ({
  PK: automaticBots(bot.calendar_id ?? ''),
  SK: `${bot.join_at}#${bot.id}`,
  expires_at: expiryOf(bot.join_at),
});

/** Comes after every time. */
export const waitingPrefix = 'WAITING#';

/** The entry of an event that rules want a bot for, and for which there is no place. */
export const waitingKey = ({ calendar_id, event_id }: EventReference, start: string): RowKey => ({
  PK: automaticBots(calendar_id),
  SK: `${waitingPrefix}${start}#${event_id}`,
});

export const expiryOf = (start: Timestamp): number => Math.floor((millisOf(start) + keptMs) / 1000);
