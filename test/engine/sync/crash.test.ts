import { describe, expect, it } from 'vitest';
import { callsOf } from '../../support/share-of-cases.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';
import { storedLines, trueLines } from '../../support/window-lines.ts';

const stack = useStack();

/**
 * One calendar per crash point: a sync that creates, changes and deletes dies right after its n-th call to the table,
 * the provider or the bus; the queue delivers its message again.
 */
async function syncDyingAfter(platform: 'google' | 'microsoft', crashAfter: number): Promise<boolean> {
  const harness = createSyncHarness(stack);
  const user = simulateUser(stack, platform);
  const { id } = await harness.connect(user);
  const [changed = '', deleted = ''] = user.insertMany([
    { name: 'changes', hours: 1 },
    { name: 'goes', hours: 2 },
  ]);
  await harness.deliver(id, 'create');
  const before = new Set((await harness.stored(id)).map(({ id: event, updated_at }) => `${event} ${updated_at}`));
  harness.notifications.length = 0;

  user.rename(changed, 'changed');
  user.remove(deleted);
  // More than one transaction's worth.
  user.insertMany(Array.from({ length: 100 }, (_, index) => ({ name: `new ${index}`, hours: 3 })));
  const crashed = await harness.deliverCrashing(id, 'push', crashAfter);

  expect(await storedLines(harness, id)).toEqual(trueLines(harness, user));
  const { outbox } = await harness.load(id);
  expect(outbox, 'notifications left behind').toEqual([]);

  // Every change is covered by an announcement: changed at or after a `since` that was sent after the row could be read.
  const updates = harness.notifications.filter(({ trigger }) => trigger === 'calendar.events_update');
  const since = updates.map(({ data }) => String(data.since)).sort()[0] ?? '~';
  const changes = (await harness.stored(id)).filter((event) => !before.has(`${event.id} ${event.updated_at}`));
  expect(changes).toHaveLength(102);
  expect(changes.filter(({ updated_at }) => updated_at < since)).toEqual([]);
  const announced = new Map(updates.map(({ idempotency_key, data }) => [idempotency_key, data]));
  const counted = [...announced.values()].map(
    ({ created, changed: edits, deleted: gone }) => Number(created) + Number(edits) + Number(gone),
  );
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(102);
  return crashed;
}

describe.each([
  ['google', 0],
  ['microsoft', 1],
] as const)('A sync of %s that dies after any of its calls', (platform, story) => {
  it('leaves no change unsynced or unannounced once its message is redelivered', { timeout: 180_000 }, async () => {
    const { first, step } = callsOf(story, 2);
    let crashAfter = first;
    while (await syncDyingAfter(platform, crashAfter)) crashAfter += step;
    // Load, delta, rows (twice), two commits, publish, delete from the outbox.
    expect(crashAfter).toBeGreaterThanOrEqual(8);
    expect(crashAfter).toBeLessThan(20);
  });
});
