import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { CalendarProvider } from '../../../shared/providers/calendar-provider.ts';
import { createGoogleProvider } from '../../../shared/providers/google/google-provider.ts';
import { createMicrosoftProvider } from '../../../shared/providers/microsoft/microsoft-provider.ts';
import { refreshMicrosoftToken } from '../../../shared/providers/microsoft/microsoft-token.ts';
import { ProviderError } from '../../../shared/providers/provider-error.ts';

interface Received {
  path: string;
  form: URLSearchParams;
}

let server: Server;
let url: string;
let received: Received[];
let answer: { status: number; headers?: Record<string, string>; body: unknown };

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
};

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  received.push({ path: request.url ?? '', form: await readForm(request) });
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(JSON.stringify(answer.body));
}

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const credentials = { clientId: 'client', clientSecret: 'fake-secret', refreshToken: 'fake-refresh-token' };
const clock = createClock();
const microsoft = () => refreshMicrosoftToken({ loginUrl: url, tenant: 'common', clock }, credentials);

describe('a token request', () => {
  it('asks Microsoft for no scope, and takes the new refresh token from an answer without an id token', async () => {
    answer = {
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3600, access_token: 'fake-access', refresh_token: 'fake-rotated' },
    };
    expect(await microsoft()).toMatchObject({ token: 'fake-access', refreshToken: 'fake-rotated' });
    expect(received).toHaveLength(1);
    expect(received[0]?.form.has('scope')).toBe(false);
    expect(received[0]?.form.get('refresh_token')).toBe('fake-refresh-token');
  });
});

describe('a redirect', () => {
  const channel = { id: 'channel', resource_id: 'resource' };
  const span = { start: timestampOf(0), end: timestampOf(1) };
  const listing = {
    calendarUuid: null,
    syncToken: null,
    span,
    isPlain: false,
    link: null,
    pageSize: 10,
    isSlim: false,
  };
  const opening = {
    calendarUuid: null,
    channelId: 'channel',
    secret: 'fake-secret',
    address: 'https://kalends.example',
  };
  const requests: [string, (provider: CalendarProvider) => Promise<unknown> | undefined][] = [
    ['a token', (provider) => provider.authorize(credentials)],
    ['a listing', (provider) => provider.fetchPage('fake-access', listing)],
    ['the calendar list', (provider) => provider.hasCalendar('fake-access', null)],
    ['a new channel', (provider) => provider.openChannel('fake-access', opening)],
    ['the end of a channel', (provider) => provider.closeChannel('fake-access', channel)],
  ];
  const create = {
    google: () => createGoogleProvider({ apiUrl: url, oauthUrl: url, clock }),
    microsoft: () => createMicrosoftProvider({ graphUrl: url, loginUrl: url, tenant: 'common', clock }),
  };
  it.each(
    (['google', 'microsoft'] as const).flatMap((platform) =>
      [302, 307].flatMap((status) => requests.map(([what, send]) => ({ platform, status, what, send }))),
    ),
  )('of $platform with $status, asked for $what, is not followed, and the calendar retries', async (given) => {
    answer = { status: given.status, headers: { location: '/elsewhere' }, body: {} };
    const failure = await given.send(create[given.platform]())?.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderError);
    expect((failure as ProviderError).verdict.kind).toBe('retry');
    expect(received.map(({ path }) => path)).not.toContain('/elsewhere');
    expect(received).toHaveLength(1);
  });
});
