import type { PublishedNotification } from '../../notifications/notification-schema.ts';
import type { Bot, HandOff } from '../bot.ts';
import type { BotSettings } from '../bot-settings.ts';

/** The latest revision of a hand-off, which replaces all before it. */
export interface HandOffOrder {
  bot: Bot;
  handOff: HandOff;
  /** The order as `bot.due`. */
  notification: PublishedNotification;
  settings: BotSettings;
}

/** Makes bots join meetings. */
export interface BotRunner {
  /**
   * Gives a hand-off to the runner. The same revision may arrive twice and must count once.
   *
   * @param ended the call ends then as one without an answer
   * @returns the bot's id at the runner, where it has one
   * @throws RunnerError when the runner did not accept it; it is dispatched again
   */
  dispatch(order: HandOffOrder, ended: AbortSignal): Promise<{ remoteId?: string | undefined }>;
}
