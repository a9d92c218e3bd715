import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../../../shared/actions/create-project.ts';
import { meetingKeyOf } from '../../../shared/domain/bot-rules/meeting-key.ts';
import type { Calendar } from '../../../shared/domain/calendar.ts';
import type { EventContent } from '../../../shared/domain/calendar-event.ts';
import { timestampOf } from '../../../shared/domain/timestamp.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { claimJoin, withholdJoin } from '../../../shared/store/join-claim-store.ts';
import type { Table } from '../../../shared/store/table.ts';
import { type ApiClient, createApiClient } from '../../support/api-client.ts';
import { invite } from '../../support/bot-rule-fixtures.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { type SeededEvent, seedCalendar, seedEvents, type WantedEvent } from '../../support/seed-events.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';

const path = '/api/v1/bot_rules';
const day = 86_400_000;

interface Decision {
  calendar_event_id: string;
  decision: string;
  reason: string;
  rule: { index: number; name: string | null } | null;
  duplicate_of: string | null;
}
interface Decisions {
  next: string | null;
  previous: string | null;
  results: Decision[];
}

let stack: TestStack;
let table: Table;
let api: ApiClient;
beforeAll(async () => {
  stack = await startTestStack();
  table = openStackTable(stack.local);
  api = await createApiClient(stack.local);
});
afterAll(async () => {
  table?.client.destroy();
  await stack?.close();
});

const newProject = async () => {
  const { projectId, apiKey } = await createProject({ table, clock: createClock() }, 'rules');
  const call = async <Body = Record<string, unknown>>(method: string, target: string, json?: unknown) => {
    const { status, body } = await api.call<Body>(method, target, { apiKey, ...(json !== undefined && { json }) });
    return { status, body };
  };
  return {
    projectId,
    call,
    put: (rules: object[], more: object = {}) => call('PUT', path, { rules, ...more }),
    dryRun: async () => (await call<Decisions>('GET', `${path}/dry_run`)).body.results,
    decisionOf: async ({ id }: { id: string }) =>
      (await call<Decision & { rules: object[] }>('GET', `/api/v1/calendar_events/${id}/bot_decision`)).body,
  };
};
const rule = (given: object) => ({
  name: null,
  bot_name: null,
  platforms: null,
  has_external_attendees: null,
  organizer: null,
  accepted: null,
  minimum_attendees: null,
  title_matches: null,
  title_excludes: null,
  calendars: null,
  ...given,
});

describe('the rules of a project', () => {
  it('are none at first, and then what was put last', async () => {
    const { put, call } = await newProject();
    expect(await call('GET', path)).toEqual({
      status: 200,
      body: { rules: [], internal_domains: [], updated_at: null },
    });
    const full = {
      name: 'demos',
      action: 'join',
      bot_name: 'Scribe',
      platforms: ['zoom', 'google_meet'],
      has_external_attendees: true,
      organizer: 'internal',
      accepted: false,
      minimum_attendees: 3,
      title_matches: ['demo*acme'],
      title_excludes: ['1:1'],
      calendars: ['cal_0000000000000001', 'sales'],
    };
    const { status, body } = await put([full, { action: 'skip' }], { internal_domains: [' @ACME.com', 'acme.com'] });
    expect(status).toBe(200);
    expect(body).toEqual({
      rules: [full, rule({ action: 'skip' })],
      internal_domains: ['acme.com'],
      updated_at: expect.any(String),
    });
    expect((await call('GET', path)).body).toEqual(body);
    expect((await put([])).body).toMatchObject({ rules: [], internal_domains: [] });
    expect((await call('GET', path)).body).toMatchObject({ rules: [], internal_domains: [] });
  });

  it('are no other project’s', async () => {
    const [one, other] = [await newProject(), await newProject()];
    await one.put([{ action: 'join' }]);
    expect((await other.call('GET', path)).body).toMatchObject({ rules: [] });
  });

  it('are refused with all their faults at once, named by their place', async () => {
    const { call } = await newProject();
    const refused = async (json: unknown, body: object) =>
      expect(await call('PUT', path, json)).toEqual({ status: 400, body });
    await refused({}, { rules: ['This field is required.'] });
    await refused({ rules: null }, { rules: ['This field may not be null.'] });
    await refused({ rules: {} }, { rules: ['Expected a list of items.'] });
    await refused({ rules: [], internal_domains: 'acme.com' }, { internal_domains: ['Expected a list of items.'] });
    await refused(
      { rules: Array.from({ length: 101 }, () => ({ action: 'join' })) },
      { rules: ['Ensure this field has no more than 100 elements.'] },
    );
    await refused([], { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] });
    await refused(
      {
        rules: [
          {},
          7,
          null,
          {
            name: '',
            action: 'maybe',
            bot_name: [],
            platforms: ['zoom', 'carrier pigeon'],
            has_external_attendees: 1,
            organizer: null,
            accepted: null,
            minimum_attendees: 0,
            title_matches: [],
            title_excludes: ['', 'x'.repeat(201)],
            calendars: 'cal',
            other: 1,
          },
          { action: 'join', minimum_attendees: 1.5 },
          { action: 'join', minimum_attendees: 1001 },
        ],
        internal_domains: ['acme', 'a b.com', 'acme.com'],
        other: 1,
      },
      {
        internal_domains: ['"acme" is not a valid domain.', '"a b.com" is not a valid domain.'],
        'rules[0].action': ['This field is required.'],
        'rules[1]': ['Invalid data. Expected a dictionary, but got int.'],
        'rules[2]': ['This field may not be null.'],
        'rules[3].name': ['This field may not be blank.'],
        'rules[3].action': ['"maybe" is not a valid choice.'],
        'rules[3].bot_name': ['Not a valid string.'],
        'rules[3].platforms': ['"carrier pigeon" is not a valid choice.'],
        'rules[3].has_external_attendees': ['Must be a valid boolean.'],
        'rules[3].organizer': ['This field may not be null.'],
        'rules[3].accepted': ['This field may not be null.'],
        'rules[3].minimum_attendees': ['Ensure this value is greater than or equal to 1.'],
        'rules[3].title_matches': ['This list may not be empty.'],
        'rules[3].title_excludes': [
          'This field may not be blank.',
          'Ensure this field has no more than 200 characters.',
        ],
        'rules[3].calendars': ['Expected a list of items.'],
        'rules[4].minimum_attendees': ['A valid integer is required.'],
        'rules[5].minimum_attendees': ['Ensure this value is less than or equal to 1000.'],
      },
    );
    const known =
      'accepted, action, bot_name, calendars, has_external_attendees, minimum_attendees, name, organizer, platforms, title_excludes, title_matches';
    await refused(
      { rules: [{ action: 'join' }, { action: 'join', title: 'x', regex: 'y' }], b: 1, a: 2 },
      {
        non_field_errors: ['Unexpected field(s): a, b. Allowed fields are: internal_domains, rules'],
        'rules[1]': [`Unexpected field(s): regex, title. Allowed fields are: ${known}`],
      },
    );
    const large = { action: 'join', title_matches: Array.from({ length: 50 }, () => 'é'.repeat(200)) };
    await refused(
      { rules: Array.from({ length: 6 }, () => large) },
      { rules: ['Ensure the rules have no more than 100000 bytes together.'] },
    );
  });

  it('that were refused leave the others as they are', async () => {
    const { put, call } = await newProject();
    await put([{ action: 'skip' }]);
    await put([{ action: 'join' }, {}]);
    expect((await call('GET', path)).body).toMatchObject({ rules: [{ action: 'skip' }] });
  });
});

/** On whole minutes, as meetings are; days from now. */
const inDays = (days: number) => timestampOf(Math.floor((stack.local.now() + days * day) / 60_000) * 60_000);
const meeting = (days: number, content: Partial<EventContent> = {}): WantedEvent => ({
  start_time: inDays(days),
  end_time: inDays(days + 0.02),
  created_at: timestampOf(stack.local.now(), 1),
  content: { meeting_url: 'https://zoom.us/j/123456789', meeting_platform: 'zoom', ...content },
});
const seedOne = async (calendar: Calendar, wanted: WantedEvent): Promise<SeededEvent> => {
  const [event] = await seedEvents(table, calendar, [wanted]);
  if (!event) throw new Error('nothing seeded');
  return event;
};
const link = (room: number) => ({ meeting_url: `https://zoom.us/j/${900_000_000 + room}` });

describe('the dry run', () => {
  it('lists what the rules say of the next 28 days, soonest first', async () => {
    const { projectId, put, dryRun, decisionOf } = await newProject();
    const calendar = await seedCalendar(table, projectId, { deduplication_key: 'sales' });
    const lost = await seedCalendar(table, projectId, { state: 'disconnected' });
    const wanted: [string, WantedEvent][] = [
      ['rule_matched', meeting(1, { name: 'Demo', ...link(2) })],
      ['rule_skips', meeting(2, { name: 'Private demo', ...link(3) })],
      ['no_rule_matches', meeting(3, { name: 'Lunch', ...link(4) })],
      ['no_meeting_link', meeting(4, { meeting_url: null })],
      ['declined', meeting(5, { response_status: 'declined', ...link(5) })],
      ['all_day', meeting(6, { is_all_day: true, ...link(6) })],
      ['event_deleted', { ...meeting(7), changed_at: timestampOf(stack.local.now(), 2), is_deleted: true }],
      ['calendar_disconnected', meeting(8, link(7))],
    ];
    const outside = [meeting(-0.5, link(0)), meeting(29, link(1))];
    const [own, others] = [wanted.slice(0, -1), wanted.slice(-1)].map((some) => some.map(([, event]) => event));
    const seeded = [
      ...(await seedEvents(table, calendar, [...(own ?? []), ...outside])).slice(0, own?.length),
      ...(await seedEvents(table, lost, others ?? [])),
    ];
    const ids = seeded.map(({ id }) => id);
    expect((await dryRun()).map(({ reason }) => reason)).toEqual(
      wanted.map(([reason]) => (reason.startsWith('r') || reason === 'no_rule_matches' ? 'no_rules' : reason)),
    );
    await put([
      { name: 'secrets', action: 'skip', title_matches: ['private'] },
      { name: 'demos', action: 'join', title_matches: ['demo'], calendars: ['sales'], bot_name: 'Scribe' },
    ]);

    const results = await dryRun();
    expect(results.map(({ calendar_event_id, reason }) => [calendar_event_id, reason])).toEqual(
      wanted.map(([reason], index) => [ids[index], reason]),
    );
    const joining = {
      calendar_event_id: ids[0],
      calendar_id: calendar.id,
      name: 'Demo',
      start_time: inDays(1).replace('.000000', ''),
      meeting_url: link(2).meeting_url,
      decision: 'join',
      reason: 'rule_matched',
      rule: { index: 1, name: 'demos' },
      bot_name: 'Scribe',
      duplicate_of: null,
    };
    expect(results[0]).toEqual(joining);
    expect(results[1]).toMatchObject({ decision: 'skip', rule: { index: 0, name: 'secrets' }, bot_name: null });
    for (const result of results) expect(await decisionOf({ id: result.calendar_event_id })).toMatchObject(result);
    expect(await decisionOf({ id: ids[0] ?? '' })).toEqual({
      ...joining,
      rules: [
        {
          index: 0,
          name: 'secrets',
          action: 'skip',
          outcome: 'does_not_match',
          failed: ['title_matches'],
          unknown: [],
        },
        { index: 1, name: 'demos', action: 'join', outcome: 'decides', failed: [], unknown: [] },
      ],
    });
  });

  it('has a hundred a page, each once, forward and back', async () => {
    const { projectId, put, call } = await newProject();
    const calendar = await seedCalendar(table, projectId);
    // Seven at a time.
    const many = Array.from({ length: 230 }, (_, index) => meeting(1 + Math.floor(index / 7) / 2, link(index)));
    const seeded = await seedEvents(table, calendar, many);
    await put([{ action: 'join' }]);
    const pages: Decisions[] = [];
    for (let next: string | null = `${path}/dry_run`; next !== null; next = pages.at(-1)?.next ?? null) {
      pages.push((await call<Decisions>('GET', next)).body);
    }
    const ordered = seeded.map(({ id, start_time }) => `${start_time}#${id}`).sort();
    const idsOf = ({ results }: Decisions) => results.map(({ calendar_event_id }) => calendar_event_id);
    expect(pages.map(({ results }) => results.length)).toEqual([100, 100, 30]);
    expect(pages.flatMap(idsOf)).toEqual(ordered.map((position) => position.split('#')[1]));
    expect(pages.flatMap(({ results }) => results).every(({ decision }) => decision === 'join')).toBe(true);
    const back = (await call<Decisions>('GET', pages[2]?.previous ?? '')).body;
    expect(idsOf(back)).toEqual(pages[1] && idsOf(pages[1]));
    expect((await call('GET', `${path}/dry_run?cursor=x`)).status).toBe(404);
    const other = await newProject();
    expect((await other.call('GET', pages[0]?.next ?? '')).status).toBe(404);
  });
});

describe('a meeting that several calendars see', () => {
  const spellings = [
    'https://zoom.us/j/123456789',
    'https://acme.zoom.us/j/123456789?pwd=abc',
    'https://us02web.zoom.us/wc/join/123456789',
  ];
  const seedShared = async (projectId: string, days = 1) => {
    const events: SeededEvent[] = [];
    for (const [index, meeting_url] of spellings.entries()) {
      const calendar = await seedCalendar(table, projectId, { platform: index === 1 ? 'microsoft' : 'google' });
      events.push(await seedOne(calendar, meeting(days, { meeting_url })));
    }
    const sorted = events.sort((a, b) => (a.id < b.id ? -1 : 1));
    return { first: sorted[0] as SeededEvent, second: sorted[1] as SeededEvent, third: sorted[2] as SeededEvent };
  };
  const meetingOf = (projectId: string, { start_time }: SeededEvent) => ({
    projectId,
    meetingKey: meetingKeyOf({ meeting_url: spellings[0] ?? '', start_time }) ?? '',
  });
  const place = ({ id, calendar_id }: SeededEvent) => ({ event_id: id, calendar_id });
  const expiresAt = 4_000_000_000;

  it('gets one bot, whatever the spelling of its link; at another time it is another meeting', async () => {
    const { projectId, put, dryRun, decisionOf } = await newProject();
    await put([{ action: 'join' }]);
    const { first, second, third } = await seedShared(projectId);
    const other = await seedShared(projectId, 2);
    const duplicate = { decision: 'skip', reason: 'duplicate_of_other_calendar', rule: { index: 0 } };
    expect(await dryRun()).toMatchObject([
      { calendar_event_id: first.id, reason: 'rule_matched', duplicate_of: null },
      { ...duplicate, calendar_event_id: second.id, duplicate_of: first.id },
      { ...duplicate, calendar_event_id: third.id, duplicate_of: first.id },
      { calendar_event_id: other.first.id, reason: 'rule_matched' },
      { ...duplicate, duplicate_of: other.first.id },
      { ...duplicate, duplicate_of: other.first.id },
    ]);
    for (const event of [second, third]) {
      expect(await decisionOf(event)).toMatchObject({ ...duplicate, duplicate_of: first.id });
    }
    expect(await decisionOf(first)).toMatchObject({ reason: 'rule_matched' });
  });

  it('has it in an event that the rules want one for', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const { first, second, third } = await seedShared(projectId);
    await put([{ action: 'join', calendars: [second.calendar_id, third.calendar_id] }]);
    expect(await decisionOf(first)).toMatchObject({ reason: 'no_rule_matches' });
    expect(await decisionOf(second)).toMatchObject({ reason: 'rule_matched' });
    expect(await decisionOf(third)).toMatchObject({ duplicate_of: second.id });
  });

  it('has it in the event that claimed it, unless the rules changed their mind about that', async () => {
    const { projectId, put, dryRun, decisionOf } = await newProject();
    const { first, second, third } = await seedShared(projectId);
    await put([{ action: 'join' }]);
    await claimJoin(table, meetingOf(projectId, third), place(third), expiresAt);
    const outcome = async () => (await dryRun()).map(({ reason, duplicate_of }) => duplicate_of ?? reason);
    expect(await outcome()).toEqual([third.id, third.id, 'rule_matched']);
    expect(await decisionOf(first)).toMatchObject({ duplicate_of: third.id });
    await put([{ action: 'join', calendars: [first.calendar_id, second.calendar_id] }]);
    expect(await outcome()).toEqual(['rule_matched', first.id, 'no_rule_matches']);
    expect(await decisionOf(second)).toMatchObject({ duplicate_of: first.id });
    expect(await decisionOf(third)).toMatchObject({ reason: 'no_rule_matches' });
  });

  it('has it in another event when the one that claimed it is gone', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const { first, second } = await seedShared(projectId);
    await put([{ action: 'join' }]);
    const gone = { event_id: `evt_${'0'.repeat(16)}`, calendar_id: `cal_${'0'.repeat(16)}` };
    await claimJoin(table, meetingOf(projectId, first), gone, expiresAt);
    expect(await decisionOf(first)).toMatchObject({ reason: 'rule_matched' });
    expect(await decisionOf(second)).toMatchObject({ duplicate_of: first.id });
  });

  it('gets none any more once somebody removed it', async () => {
    const { projectId, put, dryRun } = await newProject();
    const { first } = await seedShared(projectId);
    await put([{ action: 'join' }]);
    await claimJoin(table, meetingOf(projectId, first), place(first), expiresAt);
    await withholdJoin(table, meetingOf(projectId, first));
    expect((await dryRun()).map(({ reason }) => reason)).toEqual(['bot_removed', 'bot_removed', 'bot_removed']);
  });

  it('gets one also where a page ends between its events', async () => {
    const { projectId, put, call } = await newProject();
    const calendars = [await seedCalendar(table, projectId), await seedCalendar(table, projectId)];
    // All at the same time: 75 meetings in two calendars, so most pairs lie on two pages.
    for (const calendar of calendars) {
      await seedEvents(
        table,
        calendar,
        Array.from({ length: 75 }, (_, index) => meeting(1, link(index))),
      );
    }
    await put([{ action: 'join' }]);
    const first = (await call<Decisions>('GET', `${path}/dry_run`)).body;
    const second = (await call<Decisions>('GET', first.next ?? '')).body;
    const all = [...first.results, ...second.results];
    expect(all).toHaveLength(150);
    expect(all.filter(({ decision }) => decision === 'join')).toHaveLength(75);
    const joined = new Set(all.filter(({ decision }) => decision === 'join').map((one) => one.calendar_event_id));
    const duplicates = all.filter(({ decision }) => decision === 'skip');
    expect(duplicates.every(({ duplicate_of }) => joined.has(duplicate_of ?? ''))).toBe(true);
  });
});

describe('an external attendee', () => {
  it('is told from the domains of the calendar’s owner, or of the rules', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const calendar = await seedCalendar(table, projectId);
    const people = [{ email: 'owner@acme.com', self: true }, { email: 'sam@acme.org' }];
    const event = await seedOne(calendar, meeting(1, { ...invite(...people), name: randomUUID() }));
    await put([{ action: 'join', has_external_attendees: true }]);
    expect(await decisionOf(event)).toMatchObject({ reason: 'rule_matched' });
    await put([{ action: 'join', has_external_attendees: true }], { internal_domains: ['acme.com', 'acme.org'] });
    expect(await decisionOf(event)).toMatchObject({
      reason: 'no_rule_matches',
      rules: [{ failed: ['has_external_attendees'] }],
    });
  });
});

describe('the decision of one event', () => {
  it('is not found where the event is none of the project’s', async () => {
    const [one, other] = [await newProject(), await newProject()];
    const event = await seedOne(await seedCalendar(table, one.projectId), meeting(1));
    const absent = { status: 404, body: { error: 'Calendar event not found' } };
    for (const id of [event.id, 'evt_0000000000000000', 'x']) {
      expect(await other.call('GET', `/api/v1/calendar_events/${id}/bot_decision`)).toEqual(absent);
    }
  });

  it('says of what is running or over that it is', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const calendar = await seedCalendar(table, projectId);
    await put([{ action: 'join' }]);
    const times = [{ ...meeting(-0.5), end_time: inDays(0.5) }, meeting(-0.5)];
    const [running, over] = await seedEvents(table, calendar, times);
    expect(await decisionOf(running as SeededEvent)).toMatchObject({ reason: 'event_started' });
    expect(await decisionOf(over as SeededEvent)).toMatchObject({ reason: 'event_over' });
  });
});
