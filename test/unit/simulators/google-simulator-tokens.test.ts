import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import { connect, eventsPath, type GoogleClient, refresh } from '../../support/google-client.ts';

const NOW = Date.parse('2026-11-02T09:00:00Z');
const EMAIL = 'ada@example.com';
const EVENTS = eventsPath(EMAIL);

let sim: GoogleSimulator;
let ada: GoogleAccount;
let client: GoogleClient;
let now: number;

beforeEach(async () => {
  now = NOW;
  sim = await startGoogleSimulator({ now: () => now });
  ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada, { timeZone: 'Europe/Berlin', summary: 'Ada' });
  client = await connect(sim, ada);
});

afterEach(() => sim.close());

const reason = (answer: Awaited<ReturnType<GoogleClient['get']>>) => answer.json.error?.errors?.[0]?.reason;

describe('token endpoint', () => {
  it('answers a refresh with an access token of almost an hour that ends with it', async () => {
    const { status, json } = await refresh(sim, ada);
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^ya29\./),
      expires_in: 3599,
      scope: ada.scopes.join(' '),
      token_type: 'Bearer',
    });
    now += 3_598_000;
    expect((await client.get(EVENTS)).status).toBe(200);
    now += 2_000;
    const late = await client.get(EVENTS);
    expect([late.status, reason(late)]).toEqual([401, 'authError']);
  });

  it.each([
    ['revoked', 400, 'invalid_grant'],
    ['disabled', 400, 'invalid_grant'],
    ['blockedByAdmin', 400, 'admin_policy_enforced'],
  ] as const)('refuses a grant that is %s', async (flag, status, error) => {
    ada[flag] = true;
    const answer = await refresh(sim, ada);
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  });

  it.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'unknown' }, 401, 'invalid_client'],
    [{ refresh_token: 'unknown' }, 400, 'invalid_grant'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %o', async (overrides, status, error) => {
    const answer = await refresh(sim, ada, overrides);
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  });

  it('kills access tokens with the grant and by switch', async () => {
    ada.revoked = true;
    expect((await client.get(EVENTS)).status).toBe(401);
    ada.revoked = false;
    expect((await client.get(EVENTS)).status).toBe(200);
    sim.expireAccessTokens(ada);
    expect((await client.get(EVENTS)).status).toBe(401);
  });

  it('says which scope is missing when the user did not grant the calendar', async () => {
    ada.scopes = ['openid'];
    const answer = await client.get(EVENTS);
    expect(answer.status).toBe(403);
    expect(reason(answer)).toBe('insufficientPermissions');
    expect(answer.text).toContain('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
    expect((await refresh(sim, ada)).json.scope).toBe('openid');
  });
});
