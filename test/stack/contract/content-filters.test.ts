import { beforeAll, describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';
import { readDocBlock } from '../../support/read-doc-block.ts';
import { seedCalendar, seedEvents, type WantedEvent } from '../../support/seed-events.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

interface EventList {
  next: string | null;
  results: { id: string }[];
}

const path = '/api/v1/calendar_events';
const stack = useStack();
const api = useApiClient(stack);
const timeAt = (hour: number): Timestamp => timestampOf(Date.parse('2026-03-01T00:00:00Z') + hour * 3_600_000);

describe('a filter by what an event has', () => {
  const [ada, ben] = ['Ada@Example.com', 'ben@example.com'].map((email) => ({ email, name: null }));
  let project: { apiKey: string };
  let seededIds: string[];
  let calendar: Calendar;

  beforeAll(async () => {
    const other = await stack.createProject('contents');
    project = other;
    calendar = await seedCalendar(stack.table, other.projectId);
    const at = timeAt(0);
    const times = { start_time: at, end_time: at, created_at: at };
    // The events that fulfil a filter come after a thousand that do not.
    const wanted: WantedEvent[] = [
      {
        ...times,
        meeting_url: 'https://meet.google.com/abc-defg-hij',
        content: { attendees: ada && ben ? [ada, ben] : [] },
      },
      { ...times, content: { recurring_event_id: 'base' } },
      { ...times, content: { recurring_event_id: 'base_R20260301T000000' } },
    ];
    const plain = Array.from({ length: 1_100 }, (): WantedEvent => ({ ...times, created_at: timeAt(4) }));
    seededIds = (await seedEvents(stack.table, calendar, [...wanted, ...plain])).map(({ id }) => id);
  });

  /** Ids and the number of pages. */
  const follow = async (query: Record<string, string>): Promise<{ ids: string[]; pages: number }> => {
    const ids: string[] = [];
    let pages = 0;
    let next: string | null = `${path}?${new URLSearchParams({ ordering: '-created_at', ...query }).toString()}`;
    for (; next; pages += 1) {
      const { body }: { body: EventList } = await api.call<EventList>('GET', next, project);
      ids.push(...body.results.map(({ id }) => id));
      next = body.next;
    }
    return { ids: ids.sort(), pages };
  };
  const some = (...indexes: number[]) => indexes.map((index) => seededIds[index] ?? '').sort();

  it('finds the events that are behind a thousand others, on a later page', async () => {
    expect(await follow({ attendee: 'ADA@example.com' })).toEqual({ ids: some(0), pages: 2 });
    expect((await follow({ has_meeting_url: 'true', calendar_id: calendar.id })).ids).toEqual(some(0));
    expect((await follow({ has_meeting_url: 'false' })).ids).toHaveLength(1_102);
  });

  it('finds a series over its split', async () => {
    const { body } = await api.call<{ series_id: string }>('GET', `${path}/${seededIds[1]}`, project);
    expect(body.series_id).toMatch(/^ser_/);
    expect((await follow({ series_id: body.series_id })).ids).toEqual(some(1, 2));
    expect((await follow({ series_id: body.series_id, event_id: seededIds[2] ?? '' })).ids).toEqual(some(2));
    const elsewhere = { series_id: body.series_id, calendar_id: 'cal_0000000000000000' };
    expect((await follow(elsewhere)).ids).toEqual([]);
  });

  it.each([
    { attendee: '' },
    { series_id: '' },
    { series_id: 'ser_x' },
    { series_id: '\0'.repeat(3_000) },
    { attendee: 'x' },
  ])('finds nothing by %j', async (query) => {
    expect((await follow(query)).ids).toEqual([]);
  });

  it.each(['', 'yes', 'TRUE', '1'])('refuses has_meeting_url=%s', async (value) => {
    const { status, body } = await api.call('GET', `${path}?has_meeting_url=${value}`, project);
    expect({ status, body }).toEqual({
      status: 400,
      body: { error: 'Invalid has_meeting_url. Allowed values: true, false' },
    });
  });
});

describe('the content policy of a project', () => {
  const policyPath = '/api/v1/content_policy';
  let project: { apiKey: string };
  beforeAll(async () => {
    project = await stack.createProject('policies');
  });
  const put = (json: unknown) => api.call('PUT', policyPath, { ...project, json });

  it('keeps everything at first', async () => {
    const { status, body } = await api.call('GET', policyPath, project);
    expect({ status, body }).toEqual({ status: 200, body: { mode: 'full', fields: [], drop_event_types: [] } });
  });

  it.each([
    [{ mode: 'busy_only' }, { mode: 'busy_only', fields: [], drop_event_types: [] }],
    [
      { mode: 'fields', fields: ['name', 'name', 'location'], drop_event_types: ['birthday'] },
      { mode: 'fields', fields: ['name', 'location'], drop_event_types: ['birthday'] },
    ],
    [
      { mode: 'fields', fields: [] },
      { mode: 'fields', fields: [], drop_event_types: [] },
    ],
    [
      { mode: 'full', drop_event_types: [] },
      { mode: 'full', fields: [], drop_event_types: [] },
    ],
  ])('is replaced by %j', async (json, policy) => {
    expect(await put(json)).toMatchObject({ status: 200, body: policy });
    expect((await api.call('GET', policyPath, project)).body).toEqual(policy);
  });

  it('is replaced by the example of its page', async () => {
    const example = JSON.parse(readDocBlock('content-policy.md', 'put-content-policy'));
    expect(await put(example)).toMatchObject({ status: 200, body: example });
  });

  it.each([
    [{}, { mode: ['This field is required.'] }],
    [{ mode: 'some' }, { mode: ['"some" is not a valid choice.'] }],
    [{ mode: 'fields' }, { fields: ['This field is required.'] }],
    [{ mode: 'full', fields: ['name'] }, { fields: ['This field is only for the mode "fields".'] }],
    [{ mode: 'fields', fields: 'name' }, { fields: ['Expected a list of items.'] }],
    [{ mode: 'full', drop_event_types: ['default'] }, { drop_event_types: ['"default" is not a valid choice.'] }],
    [{ mode: 'full', drop_event_types: null }, { drop_event_types: ['This field may not be null.'] }],
  ])('is not replaced by %j', async (json, body) => {
    expect(await put(json)).toMatchObject({ status: 400, body });
  });

  it('names words that are in no list', async () => {
    const { status, body } = await put({ mode: 'fields', fields: ['title'], drop_event_types: ['party'] });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(String.raw`\"title\" is not a valid choice.`);
    expect(JSON.stringify(body)).toContain('drop_event_types');
  });

  it('reaches the calendars of the project', async () => {
    const user = stack.simulate('google');
    user.insert('Secret', 2);
    const id = await stack.connect(user);
    const shown = async () => (await api.call<EventList>('GET', `${path}?calendar_id=${id}`)).body.results;
    await waitUntil(async () => JSON.stringify(await shown()).includes('Secret'), 20_000);
    expect((await api.call('PUT', policyPath, { json: { mode: 'busy_only' } })).status).toBe(200);
    await waitUntil(async () => !JSON.stringify(await shown()).includes('Secret'), 20_000);
    expect(await shown()).toMatchObject([{ name: null, busy: 'busy', is_deleted: false }]);
    const { body: feed } = await api.call('GET', `/api/v1/calendar_changes?calendar_id=${id}`);
    expect(JSON.stringify(feed)).not.toContain('Secret');
    expect((await api.call('PUT', policyPath, { json: { mode: 'full' } })).status).toBe(200);
    await waitUntil(async () => JSON.stringify(await shown()).includes('Secret'), 20_000);
  });
});

describe('free and busy times', () => {
  let project: { apiKey: string };
  let calendar: Calendar;
  const freeBusy = (query: Record<string, string>) =>
    api.call('GET', `/api/v1/free_busy?${new URLSearchParams(query).toString()}`, project);
  const span = { from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z' };

  beforeAll(async () => {
    const other = await stack.createProject('busy');
    project = other;
    calendar = await seedCalendar(stack.table, other.projectId, { account_email: 'Ada@Example.com' });
    const event = (start: number, end: number, raw: object = {}, more: Partial<WantedEvent> = {}): WantedEvent => ({
      start_time: timeAt(start),
      end_time: timeAt(end),
      created_at: timeAt(0),
      raw: { ...raw },
      ...more,
    });
    await seedEvents(stack.table, calendar, [
      event(-100, 1),
      event(2, 4),
      event(3, 5),
      event(6, 7, { transparency: 'transparent' }),
      event(8, 9, { status: 'tentative' }),
      event(10, 11, {}, { is_deleted: true, changed_at: timeAt(1) }),
      event(12, 13, {}, { content: { response_status: 'declined' } }),
      event(47, 60, { eventType: 'outOfOffice' }),
      event(70, 71),
    ]);
  });

  const at = (hour: number) => timeAt(hour).replace('.000000', '');
  const expected = [
    { start_time: at(0), end_time: at(1), busy: 'busy' },
    { start_time: at(2), end_time: at(5), busy: 'busy' },
    { start_time: at(8), end_time: at(9), busy: 'tentative' },
    { start_time: at(47), end_time: at(48), busy: 'out_of_office' },
  ];

  it('are merged spans of each calendar, by its id or by the address of its account', async () => {
    const shown = {
      calendar_id: calendar.id,
      account_email: 'Ada@Example.com',
      as_of: null,
      known_until: null,
      busy: expected,
    };
    const byId = await freeBusy({ ...span, calendar_ids: `${calendar.id},cal_0000000000000000,x` });
    expect(byId).toMatchObject({
      status: 200,
      body: { ...span, calendars: [shown], unknown: ['x', 'cal_0000000000000000'] },
    });
    const byAddress = await freeBusy({ ...span, attendees: 'ada@example.com,nobody@example.com' });
    expect(byAddress.body).toEqual({ ...span, calendars: [shown], unknown: ['nobody@example.com'] });
  });

  it('are not those of another project', async () => {
    const query = new URLSearchParams({ ...span, calendar_ids: calendar.id }).toString();
    const { body } = await api.call('GET', `/api/v1/free_busy?${query}`);
    expect(body).toMatchObject({ calendars: [], unknown: [calendar.id] });
  });

  it.each([
    [{}, 'Invalid from format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    [{ from: span.from, to: 'soon' }, 'Invalid to format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    [{ from: span.to, to: span.from, attendees: 'a' }, 'to must be after from'],
    [{ from: span.from, to: '2026-05-01T00:00:00Z', attendees: 'a' }, 'from and to may be 60 days apart'],
    [span, 'Give either calendar_ids or attendees'],
    [{ ...span, calendar_ids: 'a', attendees: 'b' }, 'Give either calendar_ids or attendees'],
    [{ ...span, attendees: Array.from({ length: 51 }, (_, index) => index).join() }, 'attendees may have 50 values'],
  ])('are refused for %j', async (query, error) => {
    expect(await freeBusy(query)).toMatchObject({ status: 400, body: { error } });
  });
});
