import { describe, expect, it } from 'vitest';
import { changeBotSettings, putBotSettings, readBotSettings } from '../../../shared/bots/bot-settings-store.ts';
import { changeConnectSettings, readConnectSettings } from '../../../shared/connect/connect-settings-store.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

describe('Settings of a project', () => {
  it('that two requests change at once have both changes, also when there were none before', async () => {
    const project = randomId('proj');
    for (const round of ['first', 'second']) {
      const both = Promise.withResolvers<void>();
      let reads = 0;
      const meet = async (): Promise<void> => {
        reads += 1;
        if (reads === 2) both.resolve();
        await both.promise;
      };
      await Promise.all([
        changeConnectSettings(stack.table, project, async (before) => {
          await meet();
          return { ...before, name: round };
        }),
        changeConnectSettings(stack.table, project, async (before) => {
          await meet();
          return { ...before, redirect_urls: [`https://app.example.com/${round}`] };
        }),
      ]);
      expect(await readConnectSettings(stack.table, project)).toMatchObject({
        name: round,
        redirect_urls: [`https://app.example.com/${round}`],
      });
      // The one that lost has decided again.
      expect(reads).toBe(3);
    }
  });

  it('stay as they are when the decision is refused, and when others are faster each time', async () => {
    const project = randomId('proj');
    const refused = new AppError('invalid_fields', 'no');
    await expect(changeBotSettings(stack.table, project, () => Promise.reject(refused))).rejects.toBe(refused);
    const before = await readBotSettings(stack.table, project);
    const overtaken = changeBotSettings(stack.table, project, async (settings) => {
      await putBotSettings(stack.table, project, { ...before, one_bot_per_room: true });
      return { ...settings, one_bot_per_room: false };
    });
    await expect(overtaken).rejects.toMatchObject({ code: 'conflict' });
    expect((await readBotSettings(stack.table, project)).one_bot_per_room).toBe(true);
  });
});
