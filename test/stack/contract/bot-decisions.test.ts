import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { botItems } from '../../../shared/bots/bot-row.ts';
import { defaultBotSettings } from '../../../shared/bots/bot-settings.ts';
import { putBotSettings } from '../../../shared/bots/bot-settings-store.ts';
import { scheduleBot } from '../../../shared/bots/schedule-bot.ts';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import type { EventContent } from '../../../shared/events/calendar-event.ts';
import { meetingKey } from '../../../shared/meeting-links/meeting-key.ts';
import { type ProjectId, randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { transact } from '../../../shared/store/transaction.ts';
import { invite } from '../../support/bot-rule-fixtures.ts';
import { claimMeeting, suppressMeeting } from '../../support/claim-meeting.ts';
import { createRulesProject, type DecisionPage, rulesPath } from '../../support/rules-project.ts';
import { type SeededEvent, seedCalendar, seedEvents, type WantedEvent } from '../../support/seed-events.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

const day = 86_400_000;

const stack = useStack();
const api = useApiClient(stack);

/** Rules are stored without being applied: what stands is what a test makes. */
const newProject = async () => {
  const project = await createRulesProject(api, stack.table);
  return { ...project, put: project.store };
};

/** On whole minutes, as meetings are; days from now. */
const inDays = (days: number) => timestampOf(Math.floor((stack.local.now() + days * day) / 60_000) * 60_000);
const meeting = (days: number, content: Partial<EventContent> = {}): WantedEvent => ({
  start_time: inDays(days),
  end_time: inDays(days + 0.02),
  created_at: timestampOf(stack.local.now(), 1),
  content: { meeting_url: 'https://zoom.us/j/123456789', meeting_platform: 'zoom', ...content },
});
const seedOne = async (calendar: Calendar, wanted: WantedEvent): Promise<SeededEvent> => {
  const [event] = await seedEvents(stack.table, calendar, [wanted]);
  if (!event) throw new Error('nothing seeded');
  return event;
};
const link = (room: number) => ({ meeting_url: `https://zoom.us/j/${900_000_000 + room}` });

describe('the dry run', () => {
  it('lists the decisions about the next 28 days, soonest first', async () => {
    const { projectId, put, dryRun, decisionOf } = await newProject();
    const calendar = await seedCalendar(stack.table, projectId, { deduplication_key: 'sales' });
    const lost = await seedCalendar(stack.table, projectId, { state: 'disconnected' });
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
      ...(await seedEvents(stack.table, calendar, [...(own ?? []), ...outside])).slice(0, own?.length),
      ...(await seedEvents(stack.table, lost, others ?? [])),
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
      // As it was seeded: the minute may have ended since.
      start_time: (wanted[0]?.[1].start_time ?? '').replace('.000000', ''),
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

  it('shows a hundred decisions a page, each once, forward and back', async () => {
    const { projectId, put, call, page } = await newProject();
    const calendar = await seedCalendar(stack.table, projectId);
    // Seven at a time.
    const many = Array.from({ length: 230 }, (_, index) => meeting(1 + Math.floor(index / 7) / 2, link(index)));
    const seeded = await seedEvents(stack.table, calendar, many);
    await put([{ action: 'join' }]);
    const pages: DecisionPage[] = [];
    for (let next: string | null = `${rulesPath}/dry_run`; next !== null; next = pages.at(-1)?.next ?? null) {
      pages.push(await page(next));
    }
    const ordered = seeded.map(({ id, start_time }) => `${start_time}#${id}`).sort();
    const idsOf = ({ results }: DecisionPage) => results.map(({ calendar_event_id }) => calendar_event_id);
    expect(pages.map(({ results }) => results.length)).toEqual([100, 100, 30]);
    expect(pages.flatMap(idsOf)).toEqual(ordered.map((position) => position.split('#')[1]));
    const starts = Map.groupBy(
      pages.flatMap(({ results }) => results),
      ({ start_time }) => start_time,
    );
    const joining = [...starts.values()].map((some) => some.filter(({ decision }) => decision === 'join').length);
    // A calendar has five bots at one time, also where a page ends in between.
    expect(joining).toEqual(Array.from({ length: 33 }, () => 5));
    expect(new Set([...starts.values()].flat().map(({ reason }) => reason))).toEqual(
      new Set(['rule_matched', 'too_many_bots']),
    );
    const back = await page(pages[2]?.previous ?? '');
    expect(idsOf(back)).toEqual(pages[1] && idsOf(pages[1]));
    expect((await call('GET', `${rulesPath}/dry_run?cursor=x`)).status).toBe(404);
    const other = await newProject();
    expect((await other.call('GET', pages[0]?.next ?? '')).status).toBe(404);
  });
});

describe('a meeting in several calendars', () => {
  const spellings = [
    'https://zoom.us/j/123456789',
    'https://acme.zoom.us/j/123456789?pwd=abc',
    'https://us02web.zoom.us/wc/join/123456789',
  ];
  const seedShared = async (projectId: ProjectId, days = 1) => {
    const events: SeededEvent[] = [];
    for (const [index, meeting_url] of spellings.entries()) {
      const calendar = await seedCalendar(stack.table, projectId, { platform: index === 1 ? 'microsoft' : 'google' });
      events.push(await seedOne(calendar, meeting(days, { meeting_url })));
    }
    const sorted = events.sort((a, b) => (a.id < b.id ? -1 : 1));
    return { first: sorted[0] as SeededEvent, second: sorted[1] as SeededEvent, third: sorted[2] as SeededEvent };
  };
  const meetingOf = (projectId: ProjectId, { start_time }: SeededEvent) => ({
    projectId,
    meetingKey: meetingKey(spellings[0] ?? '', start_time),
  });
  const place = ({ id, calendar_id }: SeededEvent) => ({ event_id: id, calendar_id });

  it('gets one bot however its link is spelled, and another one when the time differs', async () => {
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

  it('has its bot in an event that the rules match', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const { first, second, third } = await seedShared(projectId);
    await put([{ action: 'join', calendars: [second.calendar_id, third.calendar_id] }]);
    expect(await decisionOf(first)).toMatchObject({ reason: 'no_rule_matches' });
    expect(await decisionOf(second)).toMatchObject({ reason: 'rule_matched' });
    expect(await decisionOf(third)).toMatchObject({ duplicate_of: second.id });
  });

  it('has its bot in the event that claimed it, unless the rules no longer match that event', async () => {
    const { projectId, put, dryRun, decisionOf } = await newProject();
    const { first, second, third } = await seedShared(projectId);
    await put([{ action: 'join' }]);
    const id = randomId('bot');
    const { calendar_id, start_time: join_at } = third;
    const target = { calendar_id, calendar_event_id: third.id, meeting_url: spellings[0] ?? '', join_at };
    const bot = scheduleBot({ id, projectId, at: timestampOf(stack.local.now()) }, target, { bot_name: 'Notetaker' });
    const after = { ...bot, automatic: { rule: { index: 0, name: null }, bot_name: 'Notetaker' } };
    await transact(stack.table, botItems({ before: null, after }));
    await claimMeeting(stack.table, meetingOf(projectId, third), place(third), id);
    const outcome = async () => (await dryRun()).map(({ reason, duplicate_of }) => duplicate_of ?? reason);
    expect(await outcome()).toEqual([third.id, third.id, 'rule_matched']);
    expect(await decisionOf(first)).toMatchObject({ duplicate_of: third.id });
    await put([{ action: 'join', calendars: [first.calendar_id, second.calendar_id] }]);
    expect(await outcome()).toEqual(['rule_matched', first.id, 'no_rule_matches']);
    expect(await decisionOf(second)).toMatchObject({ duplicate_of: first.id });
    expect(await decisionOf(third)).toMatchObject({ reason: 'no_rule_matches' });
  });

  it('has its bot in another event when the event that claimed it is gone', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const { first, second } = await seedShared(projectId);
    await put([{ action: 'join' }]);
    const gone = { event_id: `evt_${'0'.repeat(16)}`, calendar_id: `cal_${'0'.repeat(16)}` };
    await claimMeeting(stack.table, meetingOf(projectId, first), gone);
    expect(await decisionOf(first)).toMatchObject({ reason: 'rule_matched' });
    expect(await decisionOf(second)).toMatchObject({ duplicate_of: first.id });
  });

  it('gets no bot again after its bot was removed by request', async () => {
    const { projectId, put, dryRun } = await newProject();
    const { first } = await seedShared(projectId);
    await put([{ action: 'join' }]);
    await claimMeeting(stack.table, meetingOf(projectId, first), place(first));
    await suppressMeeting(stack.table, meetingOf(projectId, first));
    expect((await dryRun()).map(({ reason }) => reason)).toEqual(['bot_removed', 'bot_removed', 'bot_removed']);
  });

  it('gets one bot also where a page ends between its events', async () => {
    const { projectId, put, page } = await newProject();
    const calendars = [await seedCalendar(stack.table, projectId), await seedCalendar(stack.table, projectId)];
    // All at the same time: 75 meetings in two calendars, so most pairs lie on two pages.
    for (const calendar of calendars) {
      await seedEvents(
        stack.table,
        calendar,
        Array.from({ length: 75 }, (_, index) => meeting(1, link(index))),
      );
    }
    const limits = { max_automatic_bots_per_calendar_per_day: 100, max_automatic_bots_at_once: 100 };
    await putBotSettings(stack.table, projectId, { ...defaultBotSettings, ...limits });
    await put([{ action: 'join' }]);
    const first = await page();
    const second = await page(first.next ?? '');
    const all = [...first.results, ...second.results];
    expect(all).toHaveLength(150);
    expect(all.filter(({ decision }) => decision === 'join')).toHaveLength(75);
    const joined = new Set(all.filter(({ decision }) => decision === 'join').map((one) => one.calendar_event_id));
    const duplicates = all.filter(({ decision }) => decision === 'skip');
    expect(duplicates.every(({ duplicate_of }) => joined.has(duplicate_of ?? ''))).toBe(true);
  });
});

describe('an external attendee', () => {
  it('is recognized by the domain of the calendar’s owner or by the internal domains of the rules', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const calendar = await seedCalendar(stack.table, projectId);
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

describe('the decision about one event', () => {
  it('is 404 for an event of another project', async () => {
    const [one, other] = [await newProject(), await newProject()];
    const event = await seedOne(await seedCalendar(stack.table, one.projectId), meeting(1));
    const absent = { status: 404, body: { error: 'Calendar event not found' } };
    for (const id of [event.id, 'evt_0000000000000000', 'x']) {
      expect(await other.call('GET', `/api/v1/calendar_events/${id}/bot_decision`)).toEqual(absent);
    }
  });

  it('has its own reason for an event that has started and for one that is over', async () => {
    const { projectId, put, decisionOf } = await newProject();
    const calendar = await seedCalendar(stack.table, projectId);
    await put([{ action: 'join' }]);
    const times = [{ ...meeting(-0.5), end_time: inDays(0.5) }, meeting(-0.5)];
    const [running, over] = await seedEvents(stack.table, calendar, times);
    expect(await decisionOf(running as SeededEvent)).toMatchObject({ reason: 'event_started' });
    expect(await decisionOf(over as SeededEvent)).toMatchObject({ reason: 'event_over' });
  });
});
