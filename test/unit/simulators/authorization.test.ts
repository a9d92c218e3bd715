import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';

let google: GoogleSimulator;
let microsoft: MicrosoftSimulator;
beforeAll(async () => {
  [google, microsoft] = await Promise.all([startGoogleSimulator(), startMicrosoftSimulator()]);
  google.addAccount({ email: 'ada@example.com' });
  google.setClient({ clientId: 'app', secrets: ['new', 'former'], redirectUris: [redirectUri] });
  microsoft.addAccount({ email: 'ada@contoso.com', tenantId: 'contoso.com' });
  microsoft.addAccount({ email: 'bob@fabrikam.com', tenantId: 'fabrikam.com', needsAdminApproval: true });
  microsoft.setClient({ clientId: 'app', secrets: ['new', 'former'], redirectUris: [redirectUri] });
});
afterAll(() => Promise.all([google.close(), microsoft.close()]));

const redirectUri = 'https://kalends.example/connect/callback';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

const providers = {
  google: {
    authorize: () => `${google.url}/o/oauth2/v2/auth`,
    token: () => `${google.url}/token`,
    scope: 'openid email https://www.googleapis.com/auth/calendar.readonly',
    calendarScope: 'https://www.googleapis.com/auth/calendar.readonly',
    email: 'ada@example.com',
  },
  microsoft: {
    authorize: () => `${microsoft.url}/common/oauth2/v2.0/authorize`,
    token: () => `${microsoft.url}/common/oauth2/v2.0/token`,
    scope: 'offline_access openid email profile User.Read Calendars.Read',
    calendarScope: 'Calendars.Read',
    email: 'ada@contoso.com',
  },
};
type Provider = (typeof providers)['google'];

const requestOf = ({ scope }: Provider, changes: Record<string, string> = {}): URLSearchParams =>
  new URLSearchParams({
    client_id: 'app',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state: 'state',
    nonce: 'nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  });

const decide = async (provider: Provider, decision: Record<string, string>, at = provider.authorize()) => {
  const body = requestOf(provider, { decision: 'allow', account: provider.email, ...decision });
  const answer = await fetch(at, { method: 'POST', body, redirect: 'manual' });
  const location = answer.headers.get('location');
  return { status: answer.status, text: await answer.text(), query: location ? new URL(location).searchParams : null };
};

const redeem = async ({ token }: Provider, code: string, changes: Record<string, string> = {}) => {
  const form = { grant_type: 'authorization_code', client_id: 'app', client_secret: 'new', redirect_uri: redirectUri };
  const body = new URLSearchParams({ ...form, code, code_verifier: verifier, ...changes });
  const answer = await fetch(token(), { method: 'POST', body });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
};

describe.each(Object.entries(providers))('The authorization endpoint of %s', (_name, provider) => {
  it('shows a page with the accounts and the scopes, which needs no script', async () => {
    const answer = await fetch(
      `${provider.authorize()}?${String(requestOf(provider, { login_hint: provider.email }))}`,
    );
    const html = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(html).toContain(`value="${provider.email}" checked`);
    expect(html).toContain(provider.calendarScope);
    expect(html).not.toContain('<script');
  });

  it('gives a code for what was granted, and tokens for the code, once', async () => {
    const { status, query } = await decide(provider, { granted: provider.calendarScope });
    expect([status, query?.get('state')]).toEqual([302, 'state']);
    const code = query?.get('code') ?? '';
    const granted = await redeem(provider, code, { client_secret: 'former' });
    expect(granted.status).toBe(200);
    expect(granted.body.scope?.split(' ')).toContain(provider.calendarScope);
    const [, claims = ''] = (granted.body['id_token'] ?? '').split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: 'app', nonce: 'nonce' });
    const refresh = { grant_type: 'refresh_token', refresh_token: granted.body['refresh_token'] ?? '' };
    expect((await redeem(provider, '', refresh)).status).toBe(200);
    expect((await redeem(provider, code)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('grants no calendars when their box is not ticked', async () => {
    const { query } = await decide(provider, {});
    const granted = await redeem(provider, query?.get('code') ?? '');
    expect(granted.body.scope?.split(' ')).not.toContain(provider.calendarScope);
  });

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['another redirect URI', { redirect_uri: 'https://kalends.example/other' }],
    ['another secret', { client_secret: 'wrong' }],
    ['another client', { client_id: 'other' }],
  ])('refuses a code that comes with %s', async (_what, change) => {
    const { query } = await decide(provider, { granted: provider.calendarScope });
    const refused = await redeem(provider, query?.get('code') ?? '', change);
    expect(refused.status).toBeGreaterThanOrEqual(400);
  });

  it('sends a user who declines back with an error, and a redirect URI that is not registered nowhere', async () => {
    expect((await decide(provider, { decision: 'deny' })).query?.get('error')).toBe('access_denied');
    const foreign = await decide(provider, { redirect_uri: 'https://evil.example/' });
    expect([foreign.status, foreign.query]).toEqual([400, null]);
  });
});

describe('The authorization endpoint of microsoft', () => {
  const provider = providers.microsoft;

  it('needs an administrator where the tenant says so', async () => {
    const { status, text } = await decide(provider, { account: 'bob@fabrikam.com' });
    expect(status).toBe(200);
    expect(text).toContain('Need admin approval');
    expect(text).toContain('error=consent_required');
  });

  it('lets only users of its tenant in', async () => {
    const at = `${microsoft.url}/fabrikam.com/oauth2/v2.0/authorize`;
    expect((await decide(provider, {}, at)).text).toContain('AADSTS50020');
  });
});
