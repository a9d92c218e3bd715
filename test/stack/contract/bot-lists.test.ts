import { describe, expect, it } from 'vitest';
import { botsPath, meetingLink, type ShownBots, useBotApi } from '../../support/bot-api.ts';

const absent = { error: 'Bot not found' };

const bots = useBotApi();

describe('listing bots', () => {
  it('shows the oldest first, page by page, forward and back', async () => {
    const meeting_url = 'https://zoom.us/j/9990001111';
    const made: string[] = [];
    for (let index = 0; index < 30; index += 1) made.push((await bots.create({ meeting_url })).id);
    const first = await bots.list(`meeting_url=${encodeURIComponent(meeting_url)}`);
    expect(first.results.map(({ id }) => id)).toEqual(made.slice(0, 25));
    expect(first.previous).toBeNull();
    const second = (await bots.api.call<ShownBots>('GET', first.next ?? '')).body;
    expect(second.results.map(({ id }) => id)).toEqual(made.slice(25));
    expect(second.next).toBeNull();
    const back = (await bots.api.call<ShownBots>('GET', second.previous ?? '')).body;
    expect(back.results.map(({ id }) => id)).toEqual(made.slice(0, 25));
    const all: string[] = [];
    for (let next: string | null = botsPath; next !== null; ) {
      const page: ShownBots = (await bots.api.call<ShownBots>('GET', next)).body;
      expect(page.results.length).toBeLessThanOrEqual(25);
      all.push(...page.results.map(({ id }) => id));
      next = page.next;
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((id) => made.includes(id))).toEqual(made);
  });

  it('combines all filters', async () => {
    const meeting_url = 'https://zoom.us/j/7770001111';
    const [early, late] = [
      await bots.create({ meeting_url, join_at: '2035-01-01T10:00:00Z', deduplication_key: 'filter-a' }),
      await bots.create({ meeting_url, join_at: '2035-01-01T12:00:00Z' }),
    ];
    const ids = async (query: string) =>
      (await bots.list(`meeting_url=${encodeURIComponent(meeting_url)}&${query}`)).results.map(({ id }) => id);
    expect(await ids('')).toEqual([early.id, late.id]);
    expect(await ids('join_at_after=2035-01-01T10:00:00Z')).toEqual([late.id]);
    expect(await ids('join_at_before=2035-01-01T12:00:00Z')).toEqual([early.id]);
    expect(await ids('states=scheduled&states=ended')).toEqual([early.id, late.id]);
    expect(await ids('states=ended')).toEqual([]);
    expect(await ids('deduplication_key=filter-a')).toEqual([early.id]);
    expect(await ids('calendar_event_id=evt_x')).toEqual([]);
    const calendar_event_id = await bots.seedEvent();
    const { body: bot } = await bots.post({ calendar_event_id, bot_name: 'a' });
    expect((await bots.list(`calendar_event_id=${calendar_event_id}`)).results).toEqual([bot]);
    expect((await bots.list(`calendar_event_id=${calendar_event_id}&states=ended`)).results).toEqual([]);
  });

  it.each([
    ['join_at_after=soon', 'Invalid join_at_after format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    ['join_at_before=', 'Invalid join_at_before format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    ['states=asleep', expect.stringMatching(/^Invalid states\. Allowed values: scheduled, staged, /)],
  ])('refuses %s', async (query, error) => {
    const { status, body } = await bots.api.call('GET', `${botsPath}?${query}`);
    expect({ status, body }).toEqual({ status: 400, body: { error } });
  });

  it('shows no bot to another project', async () => {
    const { id } = await bots.create();
    expect(
      (await bots.api.call<ShownBots>('GET', `${botsPath}?meeting_url=${meetingLink}`, { apiKey: bots.other.apiKey }))
        .body.results,
    ).not.toContainEqual(expect.objectContaining({ id }));
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const { status, body } = await bots.api.call(method, `${botsPath}/${id}`, {
        apiKey: bots.other.apiKey,
        ...(method === 'PATCH' && { json: {} }),
      });
      expect({ status, body }).toEqual({ status: 404, body: absent });
    }
  });
});
