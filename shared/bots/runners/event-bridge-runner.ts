import type { Fact } from '../../notifications/notification.ts';
import type { BotRunner } from './bot-runner.ts';
import { RunnerError } from './runner-error.ts';

/** The default: whoever has a rule for `bot.due` on the bus runs the bots. */
export const createEventBridgeRunner = ({ publish }: { publish: (fact: Fact) => Promise<void> }): BotRunner => ({
  tell: async ({ fact }) => {
    await publish(fact).catch(() => {
      throw new RunnerError('bus_unavailable');
    });
    return {};
  },
});
