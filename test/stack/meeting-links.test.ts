import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { seedCalendar, seedEvents } from '../support/seed-events.ts';
import { useApiClient, useOtherProject, useStack } from '../support/use-stack.ts';

const stack = useStack();
const api = useApiClient(stack);
const other = useOtherProject(stack);

const room = 'https://video.acme.example/weekly';
const zoom = 'https://zoom.us/j/123456789';
const linksOf = (id: string, apiKey?: string) =>
  api.call('GET', `/api/v1/calendar_events/${id}/meeting_links`, apiKey === undefined ? {} : { apiKey });

async function seed(raw: Record<string, unknown>): Promise<string> {
  const calendar = await seedCalendar(stack.table, stack.local.projectId);
  const at = timestampOf(stack.local.now());
  const [event] = await seedEvents(stack.table, calendar, [{ raw, start_time: at, end_time: at, created_at: at }]);
  return event?.id ?? '';
}

describe('the links of an event', () => {
  it('are listed, the chosen one first, with the reason', async () => {
    const id = await seed({ location: zoom, description: `https://discord.gg/AbCdEf12 ${zoom}?pwd=aB.1` });
    const candidate = { platform: 'zoom', certainty: 'certain' };
    expect((await linksOf(id)).body).toEqual({
      reason: 'passcode',
      results: [
        { ...candidate, url: `${zoom}?pwd=aB.1`, place: 'body', has_passcode: true },
        { ...candidate, url: zoom, place: 'location', has_passcode: false },
        {
          url: 'https://discord.gg/AbCdEf12',
          platform: 'discord',
          place: 'body',
          certainty: 'possible',
          has_passcode: false,
        },
      ],
    });
  });

  it('are none of an event without links, and 404 of an unknown or foreign event', async () => {
    const id = await seed({ subject: 'Lunch', body: { content: 'no link' } });
    expect((await linksOf(id)).body).toEqual({ reason: null, results: [] });
    for (const answer of [await linksOf('evt_x'), await linksOf(id, other.apiKey)]) {
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 404,
        body: { error: 'Calendar event not found' },
      });
    }
  });

  it('include those of the hosts that the project has named', async () => {
    const id = await seed({ location: room });
    const { status } = await api.call('PATCH', '/api/v1/bot_settings', {
      json: { meeting_hosts: ['video.acme.example'] },
    });
    expect(status).toBe(200);
    expect((await linksOf(id)).body).toMatchObject({
      reason: 'only_one',
      results: [{ url: room, platform: 'unknown' }],
    });
  });
});
