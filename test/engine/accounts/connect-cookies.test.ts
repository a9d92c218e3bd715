import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createConnectPage } from '../../../shared/connect/connect-page.api.ts';
import { createConnectSession } from '../../../shared/connect/create-connect-session.ts';
import { createOAuthApp } from '../../../shared/oauth-apps/create-oauth-app.ts';
import { createGoogleConsent } from '../../../shared/providers/google/google-consent.ts';
import { createMicrosoftConsent } from '../../../shared/providers/microsoft/microsoft-consent.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const never = (): Promise<never> => Promise.reject(new Error('not asked for here'));

/** The pages under an address, with a session and the token of its link. */
async function openPages(publicUrl: string, expires_in?: number) {
  const { table, projectId, deps } = createSyncHarness(stack);
  const app = await createOAuthApp({ ...deps, table }, projectId, {
    platform: 'google',
    client_id: 'client',
    client_secret: 'secret',
  });
  const { session, url } = await createConnectSession({ ...deps, table, publicUrl }, projectId, {
    oauth_app_id: app.id,
    expires_in,
  });
  const page = createConnectPage({
    ...deps,
    table,
    logger: silentLogger,
    publicUrl,
    signingSecret: 'a secret of tests',
    consents: {
      google: () => createGoogleConsent('https://accounts.google.com', 'https://oauth2.googleapis.com'),
      microsoft: () => createMicrosoftConsent('https://login.microsoftonline.com', 'common'),
    },
    listCalendars: never,
    expectedAccount: async () => null,
    connect: never,
    announce: never,
  });
  const start = (fields: Record<string, string>, cookies: string[] = []) =>
    page(
      {
        routeKey: 'POST /connect/start',
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
        cookies,
      } as unknown as APIGatewayProxyEventV2,
      {} as Context,
    );
  return { id: session.id, token: url.split('/').at(-1) ?? '', start };
}

describe('The cookie of a connect session', () => {
  it('is bound to the host and to https, so that no other host of the domain can set it', async () => {
    const { id, token, start } = await openPages('https://kalends.example');
    const { statusCode, cookies = [] } = await start({ token });
    const name = `__Host-kalends_${id.replace('cses_', '')}`;
    expect([statusCode, cookies]).toEqual([
      200,
      [expect.stringMatching(new RegExp(`^${name}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Lax; Max-Age=\\d+; Secure$`))],
    ]);
    const [pair = ''] = cookies[0]?.split(';') ?? [];
    expect(await start({ session: id }, [pair])).toMatchObject({ statusCode: 200 });
    // What another host of the domain, or a page without TLS, could set has no such name.
    const planted = pair.replace('__Host-', '');
    const refused = await start({ session: id }, [planted]);
    expect(refused.body).toContain('This is another browser');
  });

  it('lives as long as the session, so that a user may go on days later, when an administrator has approved the app', async () => {
    const days = 7 * 86_400;
    const { token, start } = await openPages('https://kalends.example', days);
    const { cookies = [] } = await start({ token });
    const seconds = Number(/Max-Age=(\d+)/.exec(cookies[0] ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(days - 60);
    expect(seconds).toBeLessThanOrEqual(days);
  });

  it('has neither in local mode, whose address has no TLS', async () => {
    const { id, token, start } = await openPages('http://127.0.0.1:4000');
    const { cookies = [] } = await start({ token });
    expect(cookies).toEqual([expect.stringMatching(new RegExp(`^kalends_${id.replace('cses_', '')}=`))]);
    expect(cookies[0]).not.toContain('Secure');
  });
});
