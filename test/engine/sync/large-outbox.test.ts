import { expect, it } from 'vitest';
import { calendarOutbox } from '../../../shared/calendars/calendar-row.ts';
import { writeOutboxEntry } from '../../../shared/notifications/outbox-row.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { putRow } from '../../../shared/store/write-row.ts';
import { loadCalendar } from '../../../shared/sync/sync-store.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

/** A response of DynamoDB ends at one megabyte. Commits of many bots can leave more while the bus is out of order. */
it('Notifications that take more than a megabyte are all published, once, and no row of them stays', async () => {
  const harness = createSyncHarness(stack);
  const { table, deps, notifications } = harness;
  const user = simulateUser(stack, 'google');
  user.insert('standing', 2);
  const calendar = await harness.connect(user);
  await harness.deliver(calendar.id, 'create');
  notifications.length = 0;

  const metadata = { note: 'a'.repeat(20_000) };
  const ids = Array.from({ length: 60 }, (_, index) => `note-${String(index).padStart(2, '0')}`);
  for (const id of ids) {
    const payload = {
      idempotency_key: id,
      calendar_id: calendar.id,
      calendar_deduplication_key: null,
      calendar_metadata: metadata,
      trigger: 'bot.state_change' as const,
      data: {},
    };
    const entry = { id, notification: { project_id: harness.projectId, payload } };
    await putRow(table, writeOutboxEntry(calendarOutbox(calendar), entry, timestampOf(deps.clock.now())));
  }

  await harness.deliver(calendar.id, 'schedule');
  expect(notifications.map(({ idempotency_key: key }) => key).sort()).toEqual(ids);
  expect((await loadCalendar(table, calendar.id))?.outbox).toEqual([]);
});
