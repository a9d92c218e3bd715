import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CalendarAddress } from '../../../shared/calendars/calendar.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { CalendarProvider, ProviderItem } from '../../../shared/providers/calendar-provider.ts';
import { createGoogleProvider } from '../../../shared/providers/google/google-provider.ts';
import { createMicrosoftProvider } from '../../../shared/providers/microsoft/microsoft-provider.ts';

interface Received {
  path: string;
  body: string;
}

let server: Server;
let received: Received[];
let providers: Record<'google' | 'microsoft', CalendarProvider>;

/** Answers with an object that every reading accepts, and finds nothing in. */
const answer = { id: 'x', resourceId: 'x', items: [], value: [], responses: [], timeZone: 'UTC' };

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  received.push({ path: request.url?.split('?')[0] ?? '', body });
  const link = `http://${request.headers.host}/v1.0/next`;
  response.end(JSON.stringify({ ...answer, '@odata.deltaLink': link, nextSyncToken: 'next' }));
}

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = createClock();
  providers = {
    google: createGoogleProvider({ apiUrl: url, oauthUrl: url, clock }),
    microsoft: createMicrosoftProvider({ graphUrl: url, loginUrl: url, tenant: 'common', clock }),
  };
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const span = { start: timestampOf(0), end: timestampOf(1) };
const stub = (id: string, seriesMasterId: string): ProviderItem => ({ id, seriesMasterId, type: 'occurrence' });
const lost = { isAllDay: true, originalStartTimeZone: 'tzone://Microsoft/Custom' };

/** Makes every request that names a calendar or its mailbox. */
async function requestAll(provider: CalendarProvider, calendar: CalendarAddress): Promise<void> {
  const request = { calendar, syncToken: null, span, isPlain: false };
  for (const isPlain of [false, true]) {
    await provider.fetchPage('token', { ...request, isPlain, link: null, pageSize: 10, isSlim: false });
  }
  const reading = { items: [stub('o/1', 'm1'), stub('o2', 'm2')], timeZone: 'UTC', again: [] };
  await provider.readChanges('token', request, reading);
  await provider.readChanges('token', request, { ...reading, items: [{ id: 'all day', ...lost }] });
  await provider.readChanges('token', { ...request, syncToken: 'link' }, { items: [], timeZone: 'UTC', again: ['s'] });
  const wanted = [{ platform_uuid: 'e1', series: null, doubt: 'event' as const }];
  await provider.lookUp('token', { calendar, since: null, timeZone: 'UTC', wanted }, () => true);
  await provider.findInList('token', calendar);
  await provider.describe('token', calendar);
  await provider.openChannel('token', { calendar, channelId: 'c', secret: 's', address: 'https://kalends.example' });
}

interface Batch {
  requests?: { url: string }[];
  resource?: string;
}

/** All paths asked for: of requests, of the parts of batches, and the resources of subscriptions. */
const paths = (): string[] =>
  received.flatMap(({ path, body }) => {
    const { requests = [], resource } = body === '' ? ({} as Batch) : (JSON.parse(body) as Batch);
    return [path.replace('/v1.0', ''), ...requests.map(({ url }) => url), ...(resource ? [`/${resource}`] : [])];
  });

const neutral = new Set(['/$batch', '/subscriptions']);
const named = (): string[] => [...new Set(paths())].filter((path) => !neutral.has(path)).sort();

describe('a calendar of Microsoft', () => {
  it.each<{ of: string; calendar: CalendarAddress; base: string; resource: string; owner: string }>([
    {
      of: 'the account, its primary one',
      calendar: { uuid: null, mailbox: null },
      base: '/me',
      resource: '/me/events',
      owner: '/me',
    },
    {
      of: 'the account, another one',
      calendar: { uuid: 'A=b', mailbox: null },
      base: '/me/calendars/A%3Db',
      resource: '/me/calendars/A=b/events',
      owner: '/me',
    },
    {
      of: 'another mailbox, its primary one',
      calendar: { uuid: null, mailbox: 'team@example.com' },
      base: '/users/team%40example.com/calendar',
      resource: '/users/team@example.com/events',
      owner: '/users/team%40example.com',
    },
    {
      of: 'another mailbox, another one',
      calendar: { uuid: 'A=b', mailbox: 'team@example.com' },
      base: '/users/team%40example.com/calendars/A%3Db',
      resource: '/users/team@example.com/calendars/A=b/events',
      owner: '/users/team%40example.com',
    },
  ])('of $of is read by one path in every request', async ({ calendar, base, resource, owner }) => {
    await requestAll(providers.microsoft, calendar);
    expect(named()).toEqual(
      [
        `${base}/calendarView`,
        `${base}/calendarView/delta`,
        `${base}/events/e1`,
        `${base}/events/m1`,
        `${base}/events/m2`,
        `${base}/events/o%2F1`,
        `${base}/events/o2`,
        `${base}/events/s/instances`,
        `${owner}/calendars`,
        `${owner}/mailboxSettings`,
        resource,
      ].sort(),
    );
  });
});

describe('a calendar of Google', () => {
  it.each([null, 'ada@example.com'])('is read by the token alone, whatever mailbox it names: %s', async (mailbox) => {
    await requestAll(providers.google, { uuid: 'team@group', mailbox });
    const base = '/calendar/v3/calendars/team%40group/events';
    expect(named()).toEqual([base, `${base}/e1`, `${base}/watch`, '/calendar/v3/users/me/calendarList'].sort());
  });
});
