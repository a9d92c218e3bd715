import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { codeOf, connectGraph, deltaPath, type GraphClient, refresh } from '../../support/microsoft-client.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const WINDOW = 'startDateTime=2026-11-21T00:00:00Z&endDateTime=2026-12-21T00:00:00Z';
const EVENT = {
  subject: 'One',
  start: { dateTime: '2026-11-24T10:00:00Z' },
  end: { dateTime: '2026-11-24T11:00:00Z' },
};
const DAILY = { pattern: { type: 'daily' as const }, range: { type: 'numbered' as const, numberOfOccurrences: 15 } };

let sim: MicrosoftSimulator;
let ada: MicrosoftAccount;
let calendar: string;
let client: GraphClient;

beforeEach(async () => {
  sim = await startMicrosoftSimulator({ now: () => NOW });
  ada = sim.addAccount({ email: 'ada@example.com' });
  calendar = sim.addCalendar(ada);
  client = await connectGraph(sim, ada);
});

afterEach(() => sim.close());

const calendarPath = (id: string) => `/me/calendars/${encodeURIComponent(id)}`;

describe('the user and the calendars', () => {
  it('answers for the caller alone, with a mail address that may be null', async () => {
    expect((await client.get('/me')).json).toMatchObject({
      mail: 'ada@example.com',
      userPrincipalName: 'ada@example.com',
    });
    const eve = sim.addAccount({ email: 'eve@outlook.com', mail: null });
    expect((await (await connectGraph(sim, eve)).get('/me')).json.mail).toBeNull();
    expect((await client.get(`/users/${ada.oid}/calendars`)).status).toBe(200);
    expect(codeOf(await client.get(`/users/${eve.oid}/calendars`))).toBe('ErrorAccessDenied');
    expect((await client.get('/me/nonsense')).status).toBe(400);
  });

  it('lists calendars in pages, the default one first, and no removed ones', async () => {
    const others = Array.from({ length: 11 }, () => sim.addCalendar(ada));
    sim.removeCalendar(others[0] ?? '');
    const { pages } = await client.round('/me/calendars', '');
    expect(pages.map(({ json }) => json.value.length)).toEqual([10, 1]);
    expect(pages[0]?.json.value[0]).toMatchObject({ id: calendar, isDefaultCalendar: true });
    expect((await client.get('/me/calendar')).json.id).toBe(calendar);
    expect((await client.get(calendarPath(others[1] ?? ''))).json).toMatchObject({ isDefaultCalendar: false });
    expect(codeOf(await client.get(calendarPath(others[0] ?? '')))).toBe('ErrorItemNotFound');
    expect((await client.get(deltaPath(others[0] ?? '', 'x', 'y'))).status).toBe(404);
  });

  it('shows mailbox settings only with their scope', async () => {
    expect(codeOf(await client.get('/me/mailboxSettings'))).toBe('ErrorAccessDenied');
    ada.scopes.push('MailboxSettings.Read');
    const more = await connectGraph(sim, ada);
    expect((await more.get('/me/mailboxSettings')).json.timeZone).toBe('W. Europe Standard Time');
    expect((await more.get('/me/mailboxSettings/timeZone')).json.value).toBe('W. Europe Standard Time');
  });

  it('refuses calendars without the scope and mailboxes that are not in Exchange Online', async () => {
    ada.scopes = ['Mail.Read'];
    const { json } = await refresh(sim, ada, { scope: 'Mail.Read' });
    const headers = { authorization: `Bearer ${json.access_token}` };
    expect((await fetch(`${sim.url}/v1.0/me/calendars`, { headers })).status).toBe(403);
    ada.scopes = ['Calendars.Read'];
    const calendars = await connectGraph(sim, ada);
    expect(codeOf(await calendars.get('/me'))).toBe('Authorization_RequestDenied');
    expect((await calendars.get('/me/calendars')).status).toBe(200);
    ada.hasMailbox = false;
    const answers = await Promise.all([
      calendars.get('/me/calendars'),
      calendars.get(`/me/calendarView/delta?${WINDOW}`),
    ]);
    expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [404, 'MailboxNotEnabledForRESTAPI'],
      [404, 'MailboxNotEnabledForRESTAPI'],
    ]);
  });
});

describe('events', () => {
  it('finds events of secondary and shared calendars by the path of their calendar only', async () => {
    for (const id of [sim.addCalendar(ada), sim.addCalendar(ada, { shared: true })]) {
      const event = encodeURIComponent(sim.insertEvent(id, EVENT));
      expect((await client.get(`${calendarPath(id)}/events/${event}`)).json.subject).toBe('One');
      expect(codeOf(await client.get(`/me/events/${event}`))).toBe('ErrorItemNotFound');
      expect((await client.get(`${calendarPath(calendar)}/events/${event}`)).status).toBe(404);
    }
  });

  it('lists a view in full and in order, without masters and removals', async () => {
    const master = sim.insertEvent(calendar, { ...EVENT, subject: 'Daily', recurrence: DAILY });
    sim.deleteEvent(calendar, sim.insertEvent(calendar, EVENT));
    const { pages, items } = await client.round(`/me/calendarView?${WINDOW}`, '');
    expect(pages.map(({ json }) => json.value.length)).toEqual([10, 5]);
    expect(items.every((item) => item.subject === 'Daily' && item.seriesMasterId !== master)).toBe(true);
    const last = await client.get(
      `${calendarPath(calendar)}/calendarView?${WINDOW}&$top=1&$orderby=start/dateTime desc&$select=subject`,
    );
    expect(Object.keys(last.json.value[0] ?? {}).sort()).toEqual(['@odata.etag', 'id', 'subject']);
    expect((await client.get(`/me/calendarView?${WINDOW}&$top=1001`)).status).toBe(400);
    expect((await client.get('/me/calendarView')).status).toBe(400);
  });

  it('lists the instances of a series in a window', async () => {
    const master = sim.insertEvent(calendar, { ...EVENT, recurrence: DAILY });
    const single = sim.insertEvent(calendar, EVENT);
    const path = (id: string) => `${calendarPath(calendar)}/events/${encodeURIComponent(id)}/instances`;
    const window = 'startDateTime=2026-11-26T00:00:00Z&endDateTime=2026-11-29T00:00:00Z';
    const { items } = await client.round(`${path(master)}?${window}`);
    expect(items.map(({ start, type, subject }) => [start?.dateTime, type, subject])).toEqual(
      ['26', '27', '28'].map((day) => [`2026-11-${day}T10:00:00.0000000`, 'occurrence', 'One']),
    );
    sim.deleteInstance(calendar, items[0]?.id ?? '');
    expect((await client.round(`${path(master)}?${window}`)).items).toHaveLength(2);
    expect((await client.get(`/me/events/${encodeURIComponent(items[0]?.id ?? '')}`)).status).toBe(404);
    expect((await client.get(path(master))).status).toBe(400);
    expect((await client.get(`${path(single)}?${window}`)).status).toBe(400);
    sim.deleteSeries(calendar, master);
    expect((await client.get(`${path(master)}?${window}`)).status).toBe(404);
  });

  it('undoes changes of single occurrences when the series gets other times', async () => {
    const master = sim.insertEvent(calendar, { ...EVENT, recurrence: DAILY });
    const truth = () => sim.truth(calendar, { from: NOW, to: NOW + 60 * 86_400_000 });
    const [one, two] = truth();
    sim.deleteInstance(calendar, one?.id ?? '');
    sim.patchEvent(calendar, two?.id ?? '', { subject: 'Special' });
    sim.patchEvent(calendar, master, { subject: 'All' });
    expect(truth().map(({ subject }) => subject)).toEqual(['Special', ...Array.from({ length: 13 }, () => 'All')]);
    sim.patchEvent(calendar, master, { start: { dateTime: '2026-11-24T09:00:00Z' } });
    expect(truth()).toHaveLength(15);
    expect(truth().every(({ subject }) => subject === 'All')).toBe(true);
  });
});

describe('control surface', () => {
  const control = async (method: string, path: string, body?: unknown) => {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${sim.url}/_sim/${path}`, init);
    return { status: response.status, json: response.status === 204 ? {} : await response.json() };
  };

  it('changes and shows calendars over HTTP without counting as provider calls', async () => {
    const before = sim.requests.length;
    const { json } = await control('POST', 'events', { subject: 'By hand' });
    const id = encodeURIComponent((json as { id: string }).id);
    expect((await control('PATCH', `events/${id}`, { subject: 'Renamed' })).status).toBe(200);
    expect((await control('GET', 'events')).json).toMatchObject({ events: [{ subject: 'Renamed' }] });
    expect((await control('DELETE', `events/${id}`)).status).toBe(204);
    expect((await control('DELETE', `events/${id}`)).status).toBe(404);
    expect((await control('GET', 'events')).json).toEqual({ events: [] });
    expect((await control('GET', 'calendars')).json).toMatchObject({ calendars: [{ id: calendar }] });
    expect((await control('GET', 'subscriptions')).json).toEqual({ subscriptions: [] });
    expect((await control('POST', 'events', { start: 1 })).status).toBe(400);
    expect(sim.requests).toHaveLength(before);
    expect((await control('GET', 'requests?kind=token')).json).toMatchObject({ count: 1 });
  });
});
