import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FROM, type GraphMailbox, meeting, NOW, series, startGraphMailbox, TO } from '../../support/graph-mailbox.ts';

import { codeOf, deltaPath } from '../../support/microsoft-client.ts';

let sim: GraphMailbox['sim'];
let ada: GraphMailbox['ada'];
let calendar: GraphMailbox['calendar'];
let client: GraphMailbox['client'];
let first: string;

beforeEach(async () => {
  ({ sim, ada, calendar, client } = await startGraphMailbox({ now: () => NOW }));
  first = deltaPath(calendar, FROM, TO);
});

afterEach(() => sim.close());

describe('calendarView/delta as a request', () => {
  it.each(['$select=id', '$top=5', '$filter=x', '$orderby=x', '$expand=x', '$search=x'])(
    'refuses %s, on the first page and on links',
    async (parameter) => {
      const answer = await client.get(`${first}&${parameter}`);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'ErrorInvalidUrlQuery']);
      const { deltaLink } = await client.round(first);
      expect((await client.get(`${deltaLink}&${parameter}`)).status).toBe(400);
    },
  );

  it.each([
    ['', 'requires a time window'],
    [`startDateTime=${FROM}`, 'requires a time window'],
    [`startDateTime=tomorrow&endDateTime=${TO}`, "'tomorrow'"],
    [`startDateTime=${TO}&endDateTime=${FROM}`, 'EndDateTime'],
  ])('refuses the window "%s"', async (query, message) => {
    const answer = await client.get(`/me/calendarView/delta?${query}`);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'ErrorInvalidParameter']);
    expect(answer.text).toContain(message);
  });

  it('reads window times by their own offset and as UTC without one', async () => {
    sim.insertEvent(calendar, meeting('2026-11-21'));
    const count = async (from: string, to: string) => (await client.round(deltaPath(calendar, from, to))).items.length;
    expect(await count('2026-11-21T09:45:00', '2026-11-21T10:30:00')).toBe(1);
    expect(await count('2026-11-21T10:00:00', '2026-11-21T10:30:00')).toBe(0);
    expect(await count('2026-11-21T10:45:00%2B01:00', '2026-11-21T11:30:00%2B01:00')).toBe(1);
  });

  it('pages by the preferred size, 10 by default, with the delta link on the last page only', async () => {
    const days = Array.from({ length: 12 }, (_one, index) => meeting(`2026-11-2${index % 9}`));
    sim.insertMany(calendar, days);
    const byFive = await client.round(first, 'odata.maxpagesize=5');
    expect(byFive.pages.map(({ json }) => json.value.length)).toEqual([5, 5, 2]);
    expect(byFive.pages.map(({ json }) => '@odata.deltaLink' in json)).toEqual([false, false, true]);
    expect(byFive.pages.map(({ json }) => '@odata.nextLink' in json)).toEqual([true, true, false]);
    expect((await client.round(first, '')).pages.map(({ json }) => json.value.length)).toEqual([10, 2]);
    expect(sim.requests.filter(({ kind }) => kind === 'list').map(({ page }) => page)).toEqual([1, 2, 3, 1, 2]);
    expect(byFive.deltaLink.startsWith(`${sim.url}/v1.0/me/calendars/`)).toBe(true);
    expect(byFive.pages[0]?.headers.get('preference-applied')).toBe('odata.track-changes, odata.maxpagesize=5');
  });

  it('sends pages without items by switch', async () => {
    sim.insertMany(calendar, [meeting('2026-11-23'), meeting('2026-11-24')]);
    sim.switches.emptyPages = 1;
    const { pages, items } = await client.round(first, 'odata.maxpagesize=1');
    expect(pages.map(({ json }) => json.value.length)).toEqual([0, 1, 0, 1]);
    expect(items).toHaveLength(2);
  });

  it('keeps a series on one page unless the switch cuts it', async () => {
    sim.insertEvent(calendar, series);
    sim.insertEvent(calendar, meeting('2026-11-24'));
    const sizes = async () =>
      (await client.round(first, 'odata.maxpagesize=2')).pages.map(({ json }) => json.value.length);
    expect(await sizes()).toEqual([5, 1]);
    sim.switches.splitSeries = true;
    expect(await sizes()).toEqual([2, 2, 2]);
  });

  it('bakes the window into its links: other dates beside a token count for nothing', async () => {
    const { deltaLink } = await client.round(first);
    const id = sim.insertEvent(calendar, meeting('2027-03-01'));
    const { items } = await client.round(
      `${deltaLink}&startDateTime=2027-01-01T00:00:00Z&endDateTime=2027-12-31T00:00:00Z`,
    );
    expect(items).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
    expect(sim.count('delta')).toBe(1);
  });

  it('loses nothing that changes between two pages', async () => {
    sim.insertMany(calendar, [meeting('2026-11-23'), meeting('2026-11-24')]);
    const page = await client.get(first, 'odata.maxpagesize=1, IdType="ImmutableId"');
    const late = sim.insertEvent(calendar, meeting('2026-11-25'));
    const rest = await client.round(page.json['@odata.nextLink'] ?? '');
    expect(rest.items).toHaveLength(1);
    expect((await client.round(rest.deltaLink)).items.map(({ id }) => id)).toEqual([late]);
  });

  it('refuses corrupt links and those of another calendar', async () => {
    const { deltaLink } = await client.round(first);
    const other = sim.addCalendar(ada);
    expect((await client.get(`${deltaLink}x`)).status).toBe(400);
    expect((await client.get(deltaLink.replace(encodeURIComponent(calendar), encodeURIComponent(other)))).status).toBe(
      400,
    );
    const own = deltaLink.replace(`/calendars/${encodeURIComponent(calendar)}`, '');
    expect((await client.get(own)).status).toBe(200);
  });

  it.each([
    [410, 'SyncStateNotFound', false],
    [400, 'syncStateNotFound', false],
    [404, 'resyncRequired', true],
  ] as const)('forgets its links with %i %s', async (status, code, location) => {
    const { deltaLink } = await client.round(first);
    sim.switches.expiredSyncState = { status, code, location };
    sim.expireSyncTokens(calendar);
    const answer = await client.get(deltaLink);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(answer.headers.has('location')).toBe(location);
    if (!location) return;
    expect(answer.headers.get('location')).toMatch(/\$deltatoken=$/);
    expect((await client.round(answer.headers.get('location') ?? '')).status).toBe(200);
  });

  it('offers no change tracking of events as such', async () => {
    const answer = await client.get(`/me/calendars/${encodeURIComponent(calendar)}/events/delta`);
    expect(answer.text).toContain('Change tracking is not supported');
  });
});
