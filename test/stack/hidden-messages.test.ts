import { describe, expect, it } from 'vitest';
import { readPartition } from '../support/read-partition.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const stack = useStack();

/** A queue hides the message of a failed sync for as long as its provider asks for, at most a minute. */
const refusal = { status: 503, headers: { 'retry-after': '50' } };

/** A calendar whose message is hidden in the queue for most of a minute. */
async function hideMessage() {
  const user = stack.simulate('google');
  const id = await stack.connect(user);
  await stack.idle();
  const before = user.calls('delta');
  user.answer('delta', refusal);
  user.insert('first', 3);
  await waitUntil(() => user.calls('delta') > before, 30_000);
  // The run stores its failure and hides its message.
  await waitUntil(async () => (await stack.local.state()).functions['sync-calendar']?.running === 0, 30_000);
  return { id, user };
}

const call = async (method: string, id: string, json?: object): Promise<number> => {
  const { status } = await fetch(`${stack.local.url}/api/v1/calendars/${id}`, {
    method,
    headers: { authorization: `Token ${stack.local.apiKey}`, 'content-type': 'application/json' },
    ...(json && { body: JSON.stringify(json) }),
  });
  return status;
};

describe('While the message of a failed sync is hidden,', () => {
  it('a PATCH is worked within seconds', async () => {
    const { id, user } = await hideMessage();
    user.recover();
    const started = performance.now();
    expect(await call('PATCH', id, { refresh_token: user.account.refreshToken })).toBe(200);
    await waitUntil(async () => (await stack.events(id)).some(({ name }) => name === 'first'), 40_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 120_000);

  it('a DELETE purges the calendar within seconds, and stops its channel', async () => {
    const { id, user } = await hideMessage();
    const started = performance.now();
    expect(await call('DELETE', id)).toBeLessThan(300);
    await waitUntil(async () => (await readPartition(stack.table, `CALENDAR#${id}`)).length === 0, 40_000);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(user.liveChannels()).toEqual([]);
  }, 120_000);
});
