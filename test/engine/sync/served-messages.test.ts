import { beforeEach, describe, expect, it } from 'vitest';
import { syncCalendar } from '../../../shared/sync/sync-calendar.ts';
import type { SyncMessage } from '../../../shared/sync/sync-message.ts';
import type { SyncOutcome } from '../../../shared/sync/sync-run.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
let calendar: ConnectedCalendar;
beforeEach(async () => {
  calendar = await connectCalendar(stack, 'google');
});

/** Delivers a message that was sent some time ago. */
const deliver = (trigger: SyncMessage['trigger'], agoMs: number, attempt = 1): Promise<SyncOutcome> =>
  syncCalendar(calendar.harness.deps, {
    calendar_id: calendar.id,
    trigger,
    sentAt: stack.local.now() - agoMs,
    attempt,
    remainingMs: () => 60_000,
  });

describe('A push that was sent before the last successful sync began to read', () => {
  it('is dropped for the price of one read, and without a provider call', async () => {
    await calendar.sync('create');
    const requests = calendar.user.requests();
    calendar.harness.calls.made = 0;
    expect(await deliver('push', 10_000)).toEqual({ kind: 'dropped' });
    expect([calendar.harness.calls.made, calendar.user.requests() - requests]).toEqual([1, 0]);
  });

  it('is synced when it was sent later, even by less than clocks may differ', async () => {
    await calendar.sync('create');
    expect(await deliver('push', 0)).toEqual({ kind: 'ok' });
  });

  it('is synced when that sync failed', async () => {
    await calendar.sync('create');
    calendar.user.insert('new', 1);
    calendar.user.fault('delta', 'unavailable');
    expect(await deliver('push', 0)).toMatchObject({ kind: 'retry' });
    expect(await deliver('push', 0, 2)).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
  });

  it('is synced when it reports something about its channel', async () => {
    await calendar.sync('create');
    expect(await deliver('lifecycle', 10_000)).toEqual({ kind: 'ok' });
  });
});
