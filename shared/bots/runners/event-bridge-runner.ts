import type { Notification } from '../../notifications/notification.ts';
import type { BotRunner } from './bot-runner.ts';
import { RunnerError } from './runner-error.ts';

/** The default: whoever has a rule for `bot.due` on the bus runs the bots. */
export const createEventBridgeRunner = ({
  publish,
}: {
  publish: (notification: Notification) => Promise<void>;
}): BotRunner => ({
  tell: async ({ notification }) => {
    await publish(notification).catch(() => {
      throw new RunnerError('bus_unavailable');
    });
    return {};
  },
});
