import { expect, it } from 'vitest';
import { loadCalendar } from '../../shared/sync/sync-store.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const stack = useStack();

it('a change that is in the delta only after its push is stored a quarter of a minute later', async () => {
  const user = stack.simulate('google');
  user.insert('standing', 2);
  const id = await stack.connect(user);
  await stack.idle();
  const token = (await loadCalendar(stack.table, id))?.sync.sync_token?.value;
  const body = { items: [], timeZone: 'UTC', nextSyncToken: token };
  stack.google.faults.push({ on: 'delta', account: user.account.email, times: 1, outcome: { status: 200, body } });
  user.insert('late', 3);
  const started = performance.now();
  await waitUntil(async () => (await stack.events(id)).some(({ name }) => name === 'late'), 40_000);
  const seconds = (performance.now() - started) / 1000;
  expect(seconds).toBeGreaterThan(10);
  expect(seconds).toBeLessThan(35);
  await stack.idle();
  const { body: health } = await stack.call('GET', `/calendars/${id}/health`);
  expect(health.push_status).toBe('active');
}, 120_000);
