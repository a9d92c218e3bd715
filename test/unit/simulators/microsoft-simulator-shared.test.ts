import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { codeOf, connectGraph, type GraphClient } from '../../support/microsoft-client.ts';

const WINDOW = 'startDateTime=2026-11-21T00:00:00Z&endDateTime=2026-12-21T00:00:00Z';
const EVENT = {
  subject: 'Shared',
  start: { dateTime: '2026-11-24T10:00:00Z' },
  end: { dateTime: '2026-11-24T11:00:00Z' },
};

let sim: MicrosoftSimulator;
let ada: MicrosoftAccount;
let team: MicrosoftAccount;
let client: GraphClient;
let shared: string;

beforeEach(async () => {
  sim = await startMicrosoftSimulator({ now: () => Date.parse('2026-11-21T09:00:00Z') });
  ada = sim.addAccount({ email: 'ada@example.com', scopes: ['Calendars.Read', 'Calendars.Read.Shared'] });
  team = sim.addAccount({ email: 'team@example.com' });
  sim.addCalendar(ada);
  sim.addCalendar(team);
  shared = sim.addCalendar(team, { name: 'Team' });
  sim.insertEvent(shared, EVENT);
  client = await connectGraph(sim, ada);
});

afterEach(() => sim.close());

const at = (owner: string, id: string) => `/${owner}/calendars/${encodeURIComponent(id)}`;
const subjects = async (path: string) =>
  (await client.round(`${path}/calendarView/delta?${WINDOW}`)).items.map((one) => one.subject);

it('reads a shared calendar by the path of its owner, and empty by the path of the reader', async () => {
  sim.shareCalendar(shared, { reader: ada });
  expect(await subjects(at('users/team@example.com', shared))).toEqual(['Shared']);
  expect(await subjects(at(`users/${team.oid}`, shared))).toEqual(['Shared']);
  expect(await subjects(at('me', shared))).toEqual([]);
  expect(codeOf(await client.get(at('me', shared)))).toBe('ErrorItemNotFound');
  expect((await client.get(at('users/team@example.com', shared))).json).toMatchObject({ name: 'Team', canEdit: false });
});

it('shows of another mailbox what it shares, and nothing without the scope for it', async () => {
  expect(codeOf(await client.get('/users/team@example.com/calendars'))).toBe('ErrorAccessDenied');
  sim.shareCalendar(shared, { reader: ada, canEdit: true });
  const { items } = await client.round('/users/team@example.com/calendars');
  expect(items).toMatchObject([{ id: shared, canEdit: true, canShare: false, owner: { address: 'team@example.com' } }]);
  expect(codeOf(await client.get('/users/team@example.com/calendar'))).toBe('ErrorAccessDenied');
  expect(codeOf(await client.get('/users/team@example.com/mailboxSettings'))).toBe('ErrorAccessDenied');
  ada.scopes = ['Calendars.Read'];
  const without = await connectGraph(sim, ada);
  expect(codeOf(await without.get(at('users/team@example.com', shared)))).toBe('ErrorAccessDenied');
});

it('lists a shared calendar with those of the reader, unless it was not added there', async () => {
  const listed = async () => (await client.round('/me/calendars')).items.map(({ id }) => id);
  sim.shareCalendar(shared, { reader: ada, isListed: false });
  expect(await listed()).not.toContain(shared);
  sim.shareCalendar(shared, { reader: ada });
  expect(await listed()).toContain(shared);
  sim.unshareCalendar(shared, ada);
  expect(await listed()).not.toContain(shared);
  expect(codeOf(await client.get(`${at('me', shared)}/calendarView/delta?${WINDOW}`))).toBe('ErrorItemNotFound');
});

it('renames a calendar', async () => {
  sim.renameCalendar(shared, 'Sales');
  sim.shareCalendar(shared, { reader: ada });
  expect((await client.get(at('users/team@example.com', shared))).json).toMatchObject({ name: 'Sales' });
});

it('opens no subscription to a shared calendar, by either path', async () => {
  sim.shareCalendar(shared, { reader: ada });
  for (const owner of ['me', 'users/team@example.com']) {
    const body = {
      changeType: 'created',
      notificationUrl: 'https://kalends.example',
      resource: `${owner}/calendars/${shared}/events`,
      expirationDateTime: '2026-11-22T00:00:00Z',
    };
    expect(codeOf(await client.send('POST', '/subscriptions', body))).toBe('ErrorAccessDenied');
  }
});
