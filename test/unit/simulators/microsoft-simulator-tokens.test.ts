import { ConfidentialClientApplication, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AadstsCode, aadstsTable } from '../../../local/simulators/microsoft/aadsts-table.ts';
import { microsoftFaults } from '../../../local/simulators/microsoft/microsoft-faults.ts';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { CONSUMERS_TENANT } from '../../../local/simulators/microsoft/token-endpoint.ts';
import { codeOf, connectGraph, refresh } from '../../support/microsoft-client.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');

let sim: MicrosoftSimulator;
let ada: MicrosoftAccount;
let now: number;

beforeEach(async () => {
  now = NOW;
  sim = await startMicrosoftSimulator({ now: () => now });
  ada = sim.addAccount({ email: 'ada@example.com' });
  sim.addCalendar(ada);
});

afterEach(() => sim.close());

describe('refresh', () => {
  it('rotates the refresh token; the old one works until its grace is over', async () => {
    sim.switches.refreshTokenGraceMs = 60_000;
    const old = ada.refreshToken;
    const { json } = await refresh(sim, ada);
    expect(json.refresh_token).not.toBe(old);
    expect(json.refresh_token).toBe(ada.refreshToken);
    now += 60_000;
    expect((await refresh(sim, ada, { refresh_token: old })).status).toBe(200);
    now += 1;
    const late = await refresh(sim, ada, { refresh_token: old });
    expect([late.status, late.json.error, late.json.error_codes]).toEqual([400, 'invalid_grant', [70008]]);
    expect((await refresh(sim, ada, { refresh_token: json.refresh_token ?? '' })).status).toBe(200);
  });

  it('lets an unused refresh token die after 90 days', async () => {
    now += 90 * 86_400_000 + 1;
    expect((await refresh(sim, ada)).json.error_codes).toEqual([700082]);
  });

  it('answers only what was asked for', async () => {
    const { json } = await refresh(sim, ada, { scope: 'Calendars.Read' });
    expect(Object.keys(json).sort()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'scope', 'token_type']);
    expect(json.expires_in).toBeGreaterThanOrEqual(3600);
    expect(json.expires_in).toBeLessThan(5400);
    const full = (await refresh(sim, ada, { client_info: '1' })).json as unknown as Record<string, string>;
    const decode = (text = '') => JSON.parse(Buffer.from(text, 'base64url').toString());
    expect(decode(full.client_info)).toEqual({ uid: ada.oid, utid: ada.tenantId });
    expect(decode(full.id_token?.split('.')[1])).toMatchObject({
      tid: ada.tenantId,
      oid: ada.oid,
      preferred_username: 'ada@example.com',
    });
  });

  it.each([
    [{ client_id: 'unknown' }, 400, 'unauthorized_client', 700016],
    [{ client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    [{ client_secret: '' }, 401, 'invalid_client', 7000218],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    [{ grant_type: '' }, 400, 'invalid_request', 900144],
    [{ refresh_token: '' }, 400, 'invalid_request', 900144],
    [{ refresh_token: 'made-up' }, 400, 'invalid_grant', 70000],
    [{ scope: 'Mail.Read' }, 400, 'consent_required', 65001],
  ])('refuses %o', async (wrong, status, error, code) => {
    const answer = await refresh(sim, ada, wrong);
    expect([answer.status, answer.json.error, answer.json.error_codes]).toEqual([status, error, [code]]);
    expect(answer.json.error_description).toMatch(new RegExp(`^AADSTS${code}: `));
  });

  it('refuses anything but a form', async () => {
    const url = `${sim.url}/common/oauth2/v2.0/token`;
    const answer = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(400);
  });

  it.each([
    ['revoked', 50173],
    ['disabled', 50057],
    ['blockedByAdmin', 53003],
  ] as const)('refuses an account that is %s', async (flag, code) => {
    ada[flag] = true;
    expect((await refresh(sim, ada)).json.error_codes).toEqual([code]);
  });

  it('knows tenants and which accounts belong to them', async () => {
    const eve = sim.addAccount({ email: 'eve@outlook.com', tenantId: CONSUMERS_TENANT, mail: null });
    const outcome = async (account: MicrosoftAccount, tenant: string) =>
      (await refresh(sim, account, {}, tenant)).json.error_codes?.[0] ?? 200;
    const tenants = ['common', 'organizations', 'consumers', ada.tenantId, 'nowhere'];
    const outcomes = (account: MicrosoftAccount) => Promise.all(tenants.map((tenant) => outcome(account, tenant)));
    expect(await outcomes(ada)).toEqual([200, 200, 50020, 200, 90002]);
    expect(await outcomes(eve)).toEqual([200, 50020, 200, 50020, 90002]);
  });

  it('has an outcome for every number of the table', async () => {
    const codes = Object.keys(aadstsTable).map((code) => Number(code) as AadstsCode);
    expect(codes.length).toBeGreaterThan(60);
    for (const code of codes) {
      sim.faults.push({ on: 'token', times: 1, outcome: microsoftFaults.aadsts(code) });
      const { status, json } = await refresh(sim, ada);
      expect([status, json.error, json.error_codes]).toEqual([
        aadstsTable[code].status,
        aadstsTable[code].error,
        [code],
      ]);
      expect(json).toMatchObject({ trace_id: expect.any(String), correlation_id: expect.any(String) });
    }
    sim.faults.push({ on: 'token', account: ada.email, times: 1, outcome: microsoftFaults.tokenTooManyRequests(7) });
    expect((await refresh(sim, ada)).headers.get('retry-after')).toBe('7');
    sim.faults.push({ on: 'token', times: 1, outcome: microsoftFaults.tokenHtmlSuccess });
    expect((await refresh(sim, ada)).text).toContain('<!DOCTYPE html>');
  });
});

/** MSAL with an authority it knows by heart or not, its requests carried to the simulator. */
function createMsal(host: string): ConfidentialClientApplication {
  const authority = `https://${host}/common`;
  const send = async <Body>(url: string, init: RequestInit): Promise<NetworkResponse<Body>> => {
    const answer = await fetch(url.replace(/^https:\/\/[^/]+/, sim.url), init);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: (await answer.json()) as Body };
  };
  const networkClient: INetworkModule = {
    sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' }),
  };
  const { clientId, clientSecret } = ada;
  return new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority },
    system: { networkClient },
  });
}

describe('@azure/msal-node', () => {
  it('refreshes, with the rotated token in its cache and no discovery', async () => {
    const client = createMsal('login.microsoftonline.com');
    const { refreshToken } = ada;
    const result = await client.acquireTokenByRefreshToken({
      refreshToken,
      scopes: ['Calendars.Read'],
      forceCache: true,
    });
    expect(result?.account).toMatchObject({
      username: 'ada@example.com',
      homeAccountId: `${ada.oid}.${ada.tenantId}`,
      tenantId: ada.tenantId,
    });
    expect(result?.scopes).toContain('Calendars.Read');
    const cache = JSON.parse(client.getTokenCache().serialize()) as {
      RefreshToken: Record<string, { secret: string }>;
    };
    expect(Object.values(cache.RefreshToken).map(({ secret }) => secret)).toEqual([ada.refreshToken]);
    expect(ada.refreshToken).not.toBe(refreshToken);
    expect([sim.count('token'), sim.count('discovery')]).toEqual([1, 0]);
  });

  it('is seen when it must ask for the endpoints of an authority', async () => {
    const { refreshToken } = ada;
    await createMsal('login.contoso.test')
      .acquireTokenByRefreshToken({ refreshToken, scopes: ['Calendars.Read'] })
      .catch(() => undefined);
    expect(sim.count('discovery', { status: 200 })).toBeGreaterThan(0);
  });
});

describe('access tokens', () => {
  it('end with their lifetime, with expireAccessTokens and with the grant', async () => {
    const status = async (client: Awaited<ReturnType<typeof connectGraph>>) => (await client.get('/me')).status;
    const client = await connectGraph(sim, ada);
    expect(await status(client)).toBe(200);
    now += 5_400_000;
    const expired = await client.get('/me');
    expect([expired.status, codeOf(expired)]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(expired.text).toContain('Lifetime validation failed');
    const second = await connectGraph(sim, ada);
    sim.expireAccessTokens(ada);
    expect(await status(second)).toBe(401);
    const third = await connectGraph(sim, ada);
    ada.revoked = true;
    expect(await status(third)).toBe(401);
    const foreign = await fetch(`${sim.url}/v1.0/me`, { headers: { authorization: 'Bearer x' } });
    expect(await foreign.text()).toContain('CompactToken');
    expect((await fetch(`${sim.url}/v1.0/me`)).headers.get('www-authenticate')).toContain('Bearer');
  });
});
