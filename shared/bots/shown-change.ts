import { type Bot, runnerOf } from './bot.ts';
import type { BotWrite } from './bot-row.ts';

/** Fields that the API shows as they are. `runner` is made of the hand-off. */
const shownFields = [
  'metadata',
  'meeting_url',
  'state',
  'events',
  'transcription_state',
  'recording_state',
  'join_at',
  'deduplication_key',
  'bot_name',
  'automatic',
] as const satisfies readonly (keyof Bot)[];

/** What users see of a bot: nothing of a removed one. */
const shownOf = (bot: Bot | null): string =>
  bot === null || bot.removed ? '' : JSON.stringify([...shownFields.map((field) => bot[field] ?? null), runnerOf(bot)]);

/** Do users see the change of a bot? */
export const isShownChange = ({ before, after }: BotWrite): boolean => shownOf(before) !== shownOf(after);
