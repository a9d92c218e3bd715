import type { PublishedNotification } from '../../notifications/notification-schema.ts';
import type { Bot, HandOff } from '../bot.ts';
import type { BotSettings } from '../bot-settings.ts';

/** What a runner is told of a hand-off: the latest revision, which counts for all before it. */
export interface HandOffOrder {
  bot: Bot;
  handOff: HandOff;
  /** The same in the words of `bot.due`. */
  notification: PublishedNotification;
  settings: BotSettings;
}

/** Whoever makes bots join meetings. */
export interface BotRunner {
  /**
   * Tells of a hand-off. The same revision may be told twice, and must then be one.
   *
   * @returns the bot's id at the runner, where it has one @throws RunnerError when it was not taken; it is told again
   */
  tell(order: HandOffOrder): Promise<{ remoteId?: string | undefined }>;
}
