import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { botKey } from '../../../shared/bots/bot-row.ts';
import { findBot } from '../../../shared/bots/bot-store.ts';
import { calendarKey } from '../../../shared/calendars/calendar-row.ts';
import { eventKey } from '../../../shared/events/event-row.ts';
import { type RowKey, UnreadableRow } from '../../../shared/store/row.ts';
import { createBotHarness } from '../../support/bot-harness.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

describe('A row that cannot be read', () => {
  let harness: ReturnType<typeof createBotHarness>;
  let calendarId: string;

  beforeEach(async () => {
    harness = createBotHarness(stack);
    const user = simulateUser(stack, 'google');
    calendarId = (await harness.connect(user)).id;
    user.insert('meeting', 2, 'https://zoom.us/j/123456789');
    await harness.deliver(calendarId, 'create');
  });

  const damage = (key: RowKey, field: string): Promise<unknown> =>
    harness.table.client.send(
      new UpdateCommand({
        TableName: harness.table.name,
        Key: { PK: key.PK, SK: key.SK },
        UpdateExpression: 'SET #field = :garbage',
        ExpressionAttributeNames: { '#field': field },
        ExpressionAttributeValues: { ':garbage': 7 },
      }),
    );
  const meeting = async () => (await harness.stored(calendarId))[0] ?? expect.fail('not stored');
  const untilDue = async (): Promise<void> => {
    stack.local.advanceClock(2 * 3_600_000);
    await harness.tick();
    await harness.workBots();
  };

  it.each([
    ['event', (eventId: string) => eventKey(harness.projectId, calendarId, eventId), 'content'],
    ['calendar', () => calendarKey(calendarId), 'created_at'],
  ] as const)('of its %s costs no meeting: the bot joins by the link and time it has', async (_what, keyOf, field) => {
    const { id } = await meeting();
    const bot = await harness.schedule(id);
    await damage(keyOf(id), field);
    await untilDue();
    expect(harness.orders.map((order) => [order.bot_id, order.action])).toEqual([[bot.id, 'start']]);
  });

  // The last: its timer stays.
  it('of a bot is left out of its event’s bots, which has the others', async () => {
    const { id } = await meeting();
    const [broken, other] = [await harness.schedule(id), await harness.schedule(id, { deduplication_key: 'other' })];
    await damage(botKey(broken.id), 'join_at');
    expect((await meeting()).bots.map((bot) => bot.id)).toEqual([other.id]);
    await expect(findBot(harness.table, harness.projectId, broken.id)).rejects.toThrow(UnreadableRow);
  });
});
