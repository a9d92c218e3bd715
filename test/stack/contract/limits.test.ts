import { beforeAll, describe, expect, it } from 'vitest';
import type { ProjectId } from '../../../shared/platform/ids.ts';
import type { LimitName } from '../../../shared/projects/project-limits.ts';
import { setLimit } from '../../../shared/projects/project-limits-store.ts';
import { validCalendar } from '../../support/calendar-api.ts';
import { useStack } from '../../support/use-stack.ts';

const lines: string[] = [];
const stack = useStack({ log: (_source, line) => void lines.push(line) });

/** A project with a limit that the operator has set for it, and its API. */
async function limited(name: LimitName, value: number) {
  const { projectId, apiKey } = await stack.createProject(`limited ${name}`);
  await setLimit(stack.table, projectId, name, value);
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${stack.local.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Token ${apiKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      retryAfter: Number(answer.headers.get('retry-after')),
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  return { projectId, call };
}

type Call = Awaited<ReturnType<typeof limited>>['call'];

/** Expects an answer of 429 in the shape of the contract, and its log line. */
async function expectRefused(answer: ReturnType<Call>, projectId: ProjectId, limit: LimitName): Promise<void> {
  const { status, retryAfter, body } = await answer;
  expect(status).toBe(429);
  expect(retryAfter).toBeGreaterThan(0);
  expect(body).toEqual({
    detail: `Request was throttled. Expected available in ${retryAfter} seconds.`,
    ...(limit !== 'posts_per_minute' && { limit }),
  });
  const logged = lines.filter((line) => line.includes('request refused by a limit') && line.includes(projectId));
  expect(logged.at(-1)).toContain(`"limit":"${limit}"`);
}

describe('beyond a limit of its project', () => {
  it('every kind of request is refused with 429: reads, and POSTs and PATCHes of any route', async () => {
    const { call, projectId } = await limited('posts_per_minute', 3);
    for (let made = 0; made < 3; made += 1) expect((await call('POST', '/webhooks', {})).status).toBe(400);
    await expectRefused(call('POST', '/webhooks', {}), projectId, 'posts_per_minute');
    await expectRefused(call('PATCH', '/bot_settings', {}), projectId, 'posts_per_minute');
    await expectRefused(call('DELETE', '/calendars/cal_x'), projectId, 'posts_per_minute');
    await expectRefused(call('PUT', '/bot_rules', {}), projectId, 'posts_per_minute');
    await expectRefused(call('GET', '/calendars'), projectId, 'posts_per_minute');
    // Other projects go on.
    expect((await stack.call('GET', '/calendars')).status).toBe(200);
  });

  it('bots are refused', async () => {
    const { call, projectId } = await limited('bots_per_minute', 1);
    const bot = (count: number) => ({
      meeting_url: `https://zoom.us/j/8555000111${count}`,
      join_at: '2099-01-01T00:00:00Z',
      bot_name: 'b',
    });
    expect((await call('POST', '/bots', bot(1))).status).toBe(201);
    await expectRefused(call('POST', '/bots', bot(2)), projectId, 'bots_per_minute');
  });

  it('calendars are refused until one is deleted', async () => {
    const { call, projectId } = await limited('calendars', 1);
    const created = await call('POST', '/calendars', validCalendar);
    expect(created.status).toBe(201);
    await expectRefused(call('POST', '/calendars', validCalendar), projectId, 'calendars');
    expect((await call('DELETE', `/calendars/${String(created.body['id'])}`)).status).toBe(200);
    const again = { ...validCalendar, deduplication_key: 'one' };
    expect((await call('POST', '/calendars', again)).status).toBe(201);
  });

  it('a calendar whose key is taken uses no place', async () => {
    const { call } = await limited('calendars', 3);
    const keyed = { ...validCalendar, deduplication_key: 'same' };
    expect((await call('POST', '/calendars', keyed)).status).toBe(201);
    for (let made = 0; made < 3; made += 1) expect((await call('POST', '/calendars', keyed)).status).toBe(400);
    expect((await call('POST', '/calendars', validCalendar)).status).toBe(201);
  });

  it('webhooks are refused', async () => {
    const { call, projectId } = await limited('webhooks', 1);
    const webhook = { url: 'https://example.com/hook', triggers: ['calendar.events_update'] };
    expect((await call('POST', '/webhooks', webhook)).status).toBe(201);
    await expectRefused(call('POST', '/webhooks', webhook), projectId, 'webhooks');
  });

  describe('of a calendar', () => {
    let calendars: Record<'manual_syncs_per_minute' | 'window_changes_per_minute', Awaited<ReturnType<typeof limited>>>;
    beforeAll(async () => {
      calendars = {
        manual_syncs_per_minute: await limited('manual_syncs_per_minute', 1),
        window_changes_per_minute: await limited('window_changes_per_minute', 1),
      };
    });

    it('manual syncs are refused', async () => {
      const { call, projectId } = calendars.manual_syncs_per_minute;
      const { body } = await call('POST', '/calendars', validCalendar);
      expect((await call('POST', `/calendars/${String(body['id'])}/sync`)).status).toBe(202);
      const again = call('POST', `/calendars/${String(body['id'])}/sync`);
      await expectRefused(again, projectId, 'manual_syncs_per_minute');
    });

    it('changes of the window are refused, and no other change', async () => {
      const { call, projectId } = calendars.window_changes_per_minute;
      const { body } = await call('POST', '/calendars', validCalendar);
      const change = (fields: object) => call('PATCH', `/calendars/${String(body['id'])}`, fields);
      expect((await change({ sync_window: { future_days: 10 } })).status).toBe(200);
      await expectRefused(change({ sync_window: { future_days: 11 } }), projectId, 'window_changes_per_minute');
      expect((await change({ metadata: { a: 'b' } })).status).toBe(200);
    });
  });

  it('reads of the change feed are refused', async () => {
    const { call, projectId } = await limited('feed_reads_per_minute', 1);
    expect((await call('GET', '/calendar_changes')).status).toBe(200);
    await expectRefused(call('GET', '/calendar_changes'), projectId, 'feed_reads_per_minute');
  });
});
