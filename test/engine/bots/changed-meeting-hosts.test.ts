import { expect, it } from 'vitest';
import { updateBotSettings } from '../../../shared/bots/update-bot-settings.ts';
import { requestSyncs } from '../../../shared/calendars/request-syncs.ts';
import { createBotHarness } from '../../support/bot-harness.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

it('Calendars are listed again when a project changes its hosts of meetings, and not for the same hosts', async () => {
  const harness = createBotHarness(stack);
  const { id } = await harness.connect(simulateUser(stack, 'google'));
  const patch = async (meeting_hosts: string[]): Promise<unknown[]> => {
    harness.sent.length = 0;
    const { envelope, logger } = harness.deps;
    const deps = { ...harness.asksForRules, table: harness.table, envelope, logger };
    const syncCalendars = (projectId: string) => requestSyncs({ ...harness.deps, table: harness.table }, projectId);
    await updateBotSettings({ ...deps, syncCalendars }, harness.projectId, { meeting_hosts });
    return harness.sent.map(({ calendar_id, trigger }) => [calendar_id, trigger]);
  };
  expect(await patch([])).toEqual([]);
  expect(await patch(['video.acme.example', 'meet.acme.example'])).toEqual([[id, 'manual']]);
  expect(await patch(['meet.acme.example', 'video.acme.example'])).toEqual([]);
  expect(await patch([])).toEqual([[id, 'manual']]);
});
