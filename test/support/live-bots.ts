import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { putBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { findBot } from '../../shared/bots/bot-store.ts';
import { createBot } from '../../shared/bots/create-bot.ts';
import { deleteBot } from '../../shared/bots/delete-bot.ts';
import { followRunner } from '../../shared/bots/follow-runner.ts';
import { listBots } from '../../shared/bots/list-bots.ts';
import type { BotHarness } from './bot-harness.ts';
import { zoomLink } from './botted-calendar.ts';
import { openStackTable } from './open-stack-table.ts';
import type { SimulatedUser } from './simulated-user-port.ts';
import type { TestStack } from './start-test-stack.ts';

/**
 * Takes bots through every stage: created, read, moved with their event, handed off, deleted and ended. Leaves one bot
 * scheduled, and the reference to one whose row is gone.
 */
export async function liveBots(
  harness: BotHarness,
  { local }: TestStack,
  user: SimulatedUser,
  calendarId: string,
): Promise<void> {
  const { deps, table, projectId } = harness;
  const own = { ...deps, table, retentionDays: 60 };
  const insert = async (hours: number): Promise<{ uuid: string; id: string }> => {
    const uuid = user.insert('with a bot', hours, zoomLink);
    await harness.deliver(calendarId, 'push');
    const event = (await harness.stored(calendarId)).find(({ platform_uuid }) => platform_uuid === uuid);
    return { uuid, id: event?.id ?? '' };
  };

  await putBotSettings(table, projectId, harness.settings({ restore_bots_on_reconnect: true }));
  const { uuid, id } = await insert(3);
  const moved = await harness.schedule(id, { deduplication_key: 'key' });
  const unwanted = await harness.schedule(id);
  await harness.stored(calendarId);
  const filters = { meetingUrl: null, deduplicationKey: null, states: null, joinAtAfter: null, joinAtBefore: null };
  for (const lookUp of [{}, { deduplicationKey: 'key' }, { meetingUrl: zoomLink }])
    await listBots(table, projectId, { ...filters, calendarEventId: null, ...lookUp }, null);
  await deleteBot(own, projectId, unwanted.id);
  user.move(uuid, 4);
  await harness.deliver(calendarId, 'push');
  local.advanceClock(4 * 3_600_000 - 100_000);
  await harness.tick();
  await harness.workBots();
  const event = { type: 'ended', created_at: deps.clock.stamp() };
  await followRunner(own, projectId, moved.id, { state: 'ended', event, from: 'client' });
  await harness.workBots();
  await findBot(table, projectId, moved.id);
  const forLink = await createBot({ ...own, ...harness.asksForRules }, projectId, {
    meeting_url: zoomLink,
    bot_name: 'Recorder',
  });
  await deleteBot(own, projectId, forLink.id);

  const last = await insert(5);
  await harness.schedule(last.id);
  const expired = await harness.schedule(last.id);
  const unrecorded = openStackTable(local);
  await unrecorded.client.send(
    new DeleteCommand({ TableName: table.name, Key: { PK: `BOT#${expired.id}`, SK: 'BOT' } }),
  );
  unrecorded.client.destroy();
}
