import { expect, it } from 'vitest';
import { createCalendar } from '../../../shared/calendars/create-calendar.ts';
import { newCalendarId } from '../../../shared/platform/ids.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

it('a calendar whose new id is taken gets another one, and the other calendar stays', async () => {
  const { deps, projectId } = createSyncHarness(stack);
  const own = { ...deps, queues: deps.queues };
  const request = (deduplication_key: string) => ({
    platform: 'google' as const,
    client_id: 'client',
    client_secret: 'secret',
    refresh_token: 'token',
    deduplication_key,
  });
  const first = await createCalendar(own, projectId, request('first'));
  const taken = first?.calendar.id ?? expect.fail('no calendar');
  const ids = [taken, newCalendarId()];
  const second = await createCalendar(own, projectId, request('second'), () => ids.shift() ?? taken);
  expect(second?.calendar).toMatchObject({ deduplication_key: 'second' });
  expect(second?.calendar.id).not.toBe(taken);
  await expect(createCalendar(own, projectId, request('third'), () => taken)).rejects.toThrow('is taken');
  // The key is what a client can correct.
  expect(await createCalendar(own, projectId, request('first'), () => taken)).toBeNull();
});
