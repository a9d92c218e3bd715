import { randomUUID } from 'node:crypto';
import type { Platform } from '../../shared/calendars/calendar.ts';
import { createPlainBrowser, type PlainBrowser, type PlainPage } from './plain-browser.ts';
import type { SimulatedUser, UserOptions } from './simulated-user-port.ts';
import type { RunningStack } from './use-stack.ts';

const calendarScopes: Record<Platform, string[]> = {
  google: ['https://www.googleapis.com/auth/calendar.readonly'],
  microsoft: ['User.Read', 'Calendars.Read'],
};
export const backUrl = 'https://app.example.com/connected?tab=calendars';

/**
 * A project with its own OAuth app, and simulated users who have not consented yet.
 *
 * @param call requests of another project than the usual one
 */
export async function createConnectStory(
  stack: RunningStack,
  platform: Platform,
  call: RunningStack['call'] = (...request) => stack.call(...request),
) {
  const clientId = `app-${randomUUID()}`;
  const simulator = platform === 'google' ? stack.google : stack.microsoft;
  const redirectUris = [`${stack.local.url}/connect/callback`];
  const setSecrets = (...secrets: string[]): void => simulator.setClient({ clientId, secrets, redirectUris });
  setSecrets('the-client-secret');
  const post = async (path: string, body: object) => (await call('POST', path, body)).body;
  const app = await post('/oauth_apps', { platform, client_id: clientId, client_secret: 'the-client-secret' });
  await call('PATCH', '/connect_settings', {
    redirect_urls: [backUrl, 'http://localhost:3000/done'],
    name: 'Ada & Co',
    logo_url: 'https://app.example.com/logo.svg',
    privacy_url: 'https://app.example.com/privacy',
  });

  return {
    platform,
    clientId,
    app,
    setSecrets,
    user: (options: UserOptions = {}): SimulatedUser => stack.simulate(platform, options),
    createSession: async (fields: object = {}): Promise<{ id: string; url: string }> =>
      post('/connect_sessions', { oauth_app_id: app.id, redirect_url: backUrl, ...fields }),
    readSession: async (id: string) => (await call('GET', `/connect_sessions/${id}`)).body,
    /** Opens a link, and goes on to the provider. @returns its page */
    toProvider: async (url: string, browser: PlainBrowser = createPlainBrowser()) => {
      const asked = await browser.open(url);
      const sent = await browser.submit(asked);
      return { browser, asked, sent, provider: await browser.goOn(sent) };
    },
    /** The user's decision at the provider. @returns the page after it */
    decide: (
      browser: PlainBrowser,
      page: PlainPage,
      {
        email,
        granted = calendarScopes[platform],
        decision = 'allow',
      }: { email: string; granted?: string[]; decision?: string },
    ): Promise<PlainPage> =>
      browser.submit(page, [
        ['account', email],
        ...granted.map((scope): [string, string] => ['granted', scope]),
        ['decision', decision],
      ]),
  };
}
export type ConnectStory = Awaited<ReturnType<typeof createConnectStory>>;
