import type { Notification } from '../../notifications/notification.ts';
import type { BotRunner } from './bot-runner.ts';
import { RunnerError } from './runner-error.ts';

/** The default: publishes `bot.due` on the bus, where a rule of the customer sends it to what runs the bots. */
export const createEventBridgeRunner = ({
  publish,
}: {
  publish: (notification: Notification) => Promise<void>;
}): BotRunner => ({
  dispatch: async ({ notification }) => {
    await publish(notification).catch(() => {
      throw new RunnerError('bus_unavailable');
    });
    return {};
  },
});
