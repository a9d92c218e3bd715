import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import type { CalendarProvider } from '../../../shared/providers/calendar-provider.ts';
import { createGoogleProvider } from '../../../shared/providers/google/google-provider.ts';
import { refreshGoogleToken } from '../../../shared/providers/google/google-token.ts';
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
  response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
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

describe.each(['google', 'microsoft'] as const)('an access token of %s', (platform) => {
  const authorize = () => (platform === 'google' ? refreshGoogleToken(url, credentials, clock) : microsoft());
  const lifetimeOf = async (): Promise<number> =>
    Math.round((millisOf((await authorize()).expiresAt) - Date.now()) / 60_000);

  it.each([
    ['3600', 3600, 60],
    ['a text', '3600', 60],
    ['nothing', undefined, 60],
    ['null', null, 60],
    ['zero', 0, 60],
    ['a negative number', -5, 60],
    ['words', 'an hour', 60],
    ['a list', [5, 6], 60],
    ['a second', 1, 0],
    ['a year', 31_536_000, 24 * 60],
    ['more than numbers can hold', 1e300, 24 * 60],
  ])('whose lifetime is %s is used, and for a day at most', async (_name, expiresIn, minutes) => {
    answer = { status: 200, body: { access_token: 'fake-access', expires_in: expiresIn } };
    expect(await lifetimeOf()).toBe(minutes);
  });

  it.each(['text/plain', 'text/html', 'application/octet-stream', ''])(
    'is read from an answer of the content type "%s"',
    async (type) => {
      answer = { status: 200, headers: { 'content-type': type }, body: { access_token: 'fake-access' } };
      expect(await authorize()).toMatchObject({ token: 'fake-access' });
    },
  );

  it('is read behind a byte order mark, and beside other tokens that cannot be read', async () => {
    const grant = { access_token: 'fake-access', id_token: 'no.token', scope: 5, client_info: [], refresh_token: null };
    answer = { status: 200, body: `\uFEFF${JSON.stringify(grant)}` };
    expect(await authorize()).toMatchObject({ token: 'fake-access' });
  });

  it.each([
    {},
    [],
    'text',
    '',
    { access_token: '' },
    { access_token: 5 },
    { error: 'invalid_grant' },
    [{ access_token: 'fake-access' }],
  ])('that is not in an answer of success is no refusal: %j', async (body) => {
    answer = { status: 200, body };
    const failure = await authorize().catch((error: unknown) => error);
    expect(failure).toMatchObject({ verdict: { kind: 'retry', error: 'answer_unreadable' } });
  });

  it('that comes with a refusal is none', async () => {
    answer = { status: 400, body: { access_token: 'fake-access', error: 'invalid_grant' } };
    const failure = await authorize().catch((error: unknown) => error);
    expect(failure).toMatchObject({ verdict: { kind: 'disconnect', code: 'authorization_revoked' } });
  });
});

describe('a redirect', () => {
  const channel = { id: 'channel', resource_id: 'resource' };
  const span = { start: timestampOf(0), end: timestampOf(1) };
  const listing = {
    calendar: { uuid: null, mailbox: null },
    syncToken: null,
    span,
    isPlain: false,
    link: null,
    pageSize: 10,
    isSlim: false,
  };
  const opening = {
    calendar: { uuid: null, mailbox: null },
    channelId: 'channel',
    secret: 'fake-secret',
    address: 'https://kalends.example',
  };
  const requests: [string, (provider: CalendarProvider) => Promise<unknown> | undefined][] = [
    ['a token', (provider) => provider.authorize(credentials)],
    ['a listing', (provider) => provider.fetchPage('fake-access', listing)],
    ['the calendar list', (provider) => provider.findInList('fake-access', { uuid: null, mailbox: null })],
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
