import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { refreshGoogleToken } from '../../../shared/providers/google/google-token.ts';
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

beforeEach(async () => {
  received = [];
  server = createServer(async (request, response) => {
    received.push({ path: request.url ?? '', form: await readForm(request) });
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const credentials = { clientId: 'client', clientSecret: 'fake-secret', refreshToken: 'fake-refresh-token' };
const clock = createClock();
const google = () => refreshGoogleToken(url, credentials, clock);
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

  it.each([
    ['Google', google],
    ['Microsoft', microsoft],
  ])(
    'to %s follows no redirect: secrets go to the configured host alone, and the calendar retries',
    async (_name, refresh) => {
      answer = { status: 307, headers: { location: '/elsewhere' }, body: {} };
      const failure = await refresh().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProviderError);
      expect((failure as ProviderError).verdict.kind).toBe('retry');
      expect(received.map(({ path }) => path)).not.toContain('/elsewhere');
      expect(received).toHaveLength(1);
    },
  );
});
