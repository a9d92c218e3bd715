import { describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import type { ContentPolicy } from '../../../shared/content-policy/content-policy.ts';
import { putContentPolicy } from '../../../shared/content-policy/content-policy-store.ts';
import { showCalendarEvent } from '../../../shared/events/calendar-event.api.ts';
import { ProviderError } from '../../../shared/providers/provider-error.ts';
import { readStaged } from '../../../shared/sync/staged-page-store.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const zoom = 'https://zoom.us/j/123456789?pwd=aB.1';
/** What the events below say, and no random id can: it has neither a space nor a dot. */
const leaked = /secret |zoom\./i;
const dayMs = 86_400_000;

/** A calendar with one event that has a text with a link. @param policy of its project */
async function connect(platform: Platform, policy?: Partial<ContentPolicy>) {
  const calendar = await connectCalendar(stack, platform);
  const { user, harness } = calendar;
  const put = (given: Partial<ContentPolicy>) =>
    putContentPolicy(harness.table, harness.projectId, { mode: 'full', fields: [], drop_event_types: [], ...given });
  if (policy) await put(policy);
  const id = user.insert('Secret title', 2, 'Secret room');
  const text = `Secret agenda ${zoom}`;
  const describeEvent = (event: string) =>
    platform === 'google'
      ? stack.google.patchEvent(user.calendar, event, { description: text })
      : stack.microsoft.patchEvent(user.calendar, event, { body: { contentType: 'text', content: text } });
  describeEvent(id);
  const shown = async () => (await calendar.stored()).map((event) => showCalendarEvent(event));
  return { ...calendar, put, event: id, describeEvent, shown };
}

describe.each(['google', 'microsoft'] as const)('a calendar of %s in a project with a content policy', (platform) => {
  it('has links, but no texts, without description', async () => {
    const calendar = await connect(platform, { mode: 'no_description' });
    await calendar.sync('create');
    const [event] = await calendar.shown();
    expect(event).toMatchObject({
      name: 'Secret title',
      location: 'Secret room',
      description: null,
      meeting_url: zoom,
    });
    expect(JSON.stringify(event)).not.toContain('agenda');
  });

  it('has nothing but times where only busy times are kept, also after changes', async () => {
    const calendar = await connect(platform, { mode: 'busy_only' });
    await calendar.sync('create');
    calendar.user.rename(calendar.event, 'Another secret');
    calendar.user.move(calendar.event, 5);
    await calendar.sync();
    const [event, ...others] = await calendar.shown();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ name: null, meeting_url: null, busy: 'busy', attendees: [] });
    expect(JSON.stringify(event)).not.toMatch(leaked);
    expect(calendar.counts()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    // A change of what is not kept is none.
    calendar.user.rename(calendar.event, 'A third secret');
    await calendar.sync();
    expect(calendar.counts()).toHaveLength(2);
  });

  it('loses what a new policy forbids in every row, and gains what it allows', async () => {
    const calendar = await connect(platform);
    const { user, harness } = calendar;
    const gone = user.insert('Secret and deleted', 3);
    const over = user.insert('Secret and over', -20);
    calendar.describeEvent(over);
    await calendar.sync('create');
    user.remove(gone);
    await calendar.sync();
    stack.local.advanceClock(3 * dayMs);
    user.insert('Secret and new', 4);
    await calendar.sync('schedule');
    expect(JSON.stringify(await calendar.shown())).toContain('agenda');

    await calendar.put({ mode: 'busy_only' });
    await calendar.sync('manual');
    const shown = await calendar.shown();
    expect(shown.filter(({ is_deleted }) => is_deleted)).toHaveLength(1);
    expect(shown).toHaveLength(4);
    expect(JSON.stringify(shown)).not.toMatch(leaked);
    const before = harness.notifications.length;
    await calendar.sync('manual');
    expect(harness.notifications).toHaveLength(before);

    await calendar.put({ mode: 'full' });
    await calendar.sync('manual');
    const names = (await calendar.shown()).map(({ name }) => name);
    // What has left the window is not listed again.
    expect(names.filter((name) => name !== null)).toEqual(['Secret and new']);
  });

  it('never goes back to the former policy with the memory of a process', async () => {
    const calendar = await connect(platform);
    await calendar.sync('create');
    await calendar.sync();
    await calendar.put({ mode: 'busy_only' });
    await calendar.sync('manual');
    calendar.user.insert('Secret and new', 4);
    await calendar.sync('push');
    expect(JSON.stringify(await calendar.shown())).not.toMatch(leaked);
  });
});

describe('types that a policy drops', () => {
  it('are not stored, and what is stored is deleted without its content', async () => {
    const calendar = await connect('google');
    const { user } = calendar;
    const insertBirthday = (summary: string, hours: number) =>
      stack.google.insertEvent(user.calendar, {
        summary,
        eventType: 'birthday',
        start: { dateTime: new Date(stack.local.now() + hours * 3_600_000).toISOString() },
        end: { dateTime: new Date(stack.local.now() + (hours + 1) * 3_600_000).toISOString() },
      });
    insertBirthday('Birthday of Ada', 3);
    await calendar.sync('create');
    await calendar.put({ drop_event_types: ['birthday'] });
    insertBirthday('Birthday of Ben', 4);
    await calendar.sync('manual');
    const [meeting, ada, ...others] = await calendar.shown();
    expect(others).toEqual([]);
    expect(meeting).toMatchObject({ name: 'Secret title', is_deleted: false });
    expect(ada).toMatchObject({ name: null, is_deleted: true, event_type: 'default' });
    expect(JSON.stringify(ada)).not.toContain('Birthday');
    insertBirthday('Birthday of Cleo', 5);
    await calendar.sync();
    expect(await calendar.shown()).toHaveLength(2);
    await calendar.put({});
    await calendar.sync('manual');
    expect((await calendar.living()).map(({ name }) => String(name)).sort()).toEqual([
      'Birthday of Ada',
      'Birthday of Ben',
      'Birthday of Cleo',
      'Secret title',
    ]);
  });
});

describe.each(['google', 'microsoft'] as const)('a reading of %s that is longer than a run', (platform) => {
  it('stages nothing that the policy forbids', async () => {
    const calendar = await connect(platform, { mode: 'busy_only' });
    const { user, harness } = calendar;
    user.insertMany(Array.from({ length: 60 }, (_, index) => ({ name: `Secret ${index}`, hours: index + 1 })));
    const { [platform]: provider } = harness.deps.providers;
    let pages = 0;
    harness.deps.providers[platform] = {
      ...provider,
      pageSizes: [5],
      fetchPage: (token, request) => {
        pages += 1;
        return pages === 8
          ? Promise.reject(new ProviderError({ kind: 'retry', error: 'provider_unavailable' }, 'unavailable', 'later'))
          : provider.fetchPage(token, request);
      },
    };
    expect(await calendar.sync('create')).toMatchObject({ kind: 'retry' });
    const { unfinished } = (await calendar.load()).sync.reading;
    const staged = await readStaged(harness.table, calendar.id, unfinished?.id ?? '');
    expect(staged.length).toBeGreaterThan(30);
    expect(JSON.stringify(staged)).not.toMatch(leaked);
    expect(await calendar.sync('create', 2)).toEqual({ kind: 'ok' });
    const shown = await calendar.shown();
    expect(shown).toHaveLength(61);
    expect(JSON.stringify(shown)).not.toMatch(leaked);
  });
});
