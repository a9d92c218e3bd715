import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { GoogleAccount } from '../../local/simulators/google/simulator-state.ts';
import type { MicrosoftAccount } from '../../local/simulators/microsoft/simulator-state.ts';
import { platforms } from '../../shared/calendars/calendar.ts';
import { maskAddress } from '../../shared/connect/mask-address.ts';
import { hasChromium, inspect, press, useChromium } from '../support/chromium.ts';
import { createConnectStory } from '../support/connect-story.ts';
import { hourMs, type SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack, useWebhookReceiver } from '../support/use-stack.ts';
import { useStarted } from '../support/use-started.ts';

/** The application of a customer: its logo, and the page to which users return. */
async function startApplication() {
  const logo =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="#7a3cff"/></svg>';
  const server = createServer((request, response) => {
    const isLogo = request.url === '/logo.svg';
    response.writeHead(200, { 'content-type': isLogo ? 'image/svg+xml' : 'text/html' });
    response.end(isLogo ? logo : `<title>Application</title><p id="referrer">${request.headers.referer ?? 'none'}</p>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

describe.skipIf(!hasChromium)('In Chromium (skipped where there is none)', { timeout: 180_000 }, () => {
  const stack = useStack();
  const receiver = useWebhookReceiver();
  const openPage = useChromium();
  const application = useStarted(startApplication, async (one) => void one.close());

  async function arrange(platform: 'google' | 'microsoft', fields: object = {}) {
    const story = await createConnectStory(stack, platform);
    const redirect_url = `${application.url}/done`;
    await stack.call('PATCH', '/connect_settings', {
      redirect_urls: [redirect_url],
      name: 'Example Notes',
      logo_url: `${application.url}/logo.svg`,
      privacy_url: `${application.url}/privacy`,
    });
    const user = story.user();
    user.insert('Board', 2);
    return { story, user, session: await story.createSession({ redirect_url, ...fields }) };
  }

  /** Another calendar of a user, with an event. */
  function addTeam({ platform, account }: SimulatedUser): void {
    const at = (hours: number): string => new Date(stack.local.now() + hours * hourMs).toISOString();
    if (platform === 'google') {
      const id = stack.google.addCalendar(account as GoogleAccount, {
        id: `team-of-${account.email}`,
        summary: 'Team',
      });
      stack.google.insertEvent(id, { summary: 'Standup', start: { dateTime: at(2) }, end: { dateTime: at(3) } });
      return;
    }
    const id = stack.microsoft.addCalendar(account as MicrosoftAccount, { name: 'Team' });
    const utc = (hours: number) => ({ dateTime: at(hours).replace('Z', ''), timeZone: 'UTC' });
    stack.microsoft.insertEvent(id, { subject: 'Standup', start: utc(2), end: utc(3) });
  }

  describe.each(platforms)('a user of %s, by keyboard alone and without scripts,', (platform) => {
    const provider = platform === 'google' ? 'Google' : 'Microsoft';
    const calendarScope = platform === 'google' ? 'calendar.readonly' : 'Calendars.Read';
    const plainPage = () => openPage({ javaScriptEnabled: false });

    /** Goes on to the provider, and chooses an account there. */
    async function signIn(page: Page, button: string, { account: { email } }: SimulatedUser): Promise<void> {
      await press(page, button, 'Enter');
      await page.waitForURL(/oauth2/);
      // The accounts of all tests are one stop of Tab.
      await page.getByRole('radio', { name: email, exact: true }).focus();
      await page.keyboard.press('Space');
    }
    const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

    it('takes another account than at first, connects two calendars, and the application has their events', async () => {
      const { user, story, session } = await arrange(platform, { selection: 'choose' });
      addTeam(user);
      const page = await plainPage();
      await page.goto(session.url);
      await signIn(page, `Continue with ${provider}`, story.user());
      await press(page, 'Continue', 'Enter');
      await heading(page, 'Choose your calendars');
      await signIn(page, 'Use another account', user);
      expect(page.url()).toContain('select_account');
      await press(page, 'Continue', 'Enter');
      await page.getByText(`as ${user.account.email}`).waitFor();
      expect(await page.getByRole('checkbox').count()).toBe(2);
      await press(page, 'Team', 'Space');
      await press(page, 'Connect', 'Enter');
      await page.waitForURL(/\/done\?connect_session_id=/);
      expect(await page.locator('#referrer').textContent()).toBe('none');
      const { status, calendar_ids: ids } = await story.readSession(session.id);
      expect([status, ids.length]).toEqual(['completed', 2]);
      await stack.idle();
      const events = await Promise.all(ids.map((id: string) => stack.events(id)));
      expect(events.map((some) => some.map(({ name }: { name: string }) => name))).toEqual([['Board'], ['Standup']]);
      await page.context().close();
    });

    it('declines, takes a scope away, connects, and reconnects by the link of a webhook after another account was refused', async () => {
      const { user, story, session } = await arrange(platform);
      const path = `/${randomUUID()}`;
      await stack.call('POST', '/webhooks', { url: receiver.urlOf(path), triggers: ['calendar.state_change'] });
      const page = await plainPage();
      await page.goto(session.url);
      await signIn(page, `Continue with ${provider}`, user);
      await press(page, 'Cancel', 'Enter');
      await heading(page, 'You have not given access');
      expect((await story.readSession(session.id)).status).toBe('denied');
      await signIn(page, 'Try again', user);
      await press(page, calendarScope, 'Space');
      await press(page, 'Continue', 'Enter');
      await heading(page, 'The calendar permission is missing');
      expect(await story.readSession(session.id)).toMatchObject({ status: 'failed', error: 'missing_scope' });
      await signIn(page, 'Try again', user);
      await press(page, 'Continue', 'Enter');
      await page.waitForURL(/\/done\?connect_session_id=/);
      const [calendarId] = (await story.readSession(session.id)).calendar_ids;
      await stack.idle();
      user.account.revoked = true;
      user.expireAccessTokens();
      user.insert('Missed', 3);
      await stack.loseAccess(calendarId);
      const { payload } = await receiver.waitFor((one) => one.path === path && one.payload.calendar_id === calendarId);
      const { reconnect_url: link = '' } = payload.data['connection_failure_data'] as Record<string, string>;

      await page.goto(link);
      await heading(page, `Reconnect your ${provider} calendar`);
      await signIn(page, `Continue with ${provider}`, story.user());
      await press(page, 'Continue', 'Enter');
      await heading(page, 'This is another account');
      const named = await Promise.all(
        [user.account.email, maskAddress(user.account.email)].map((text) => page.getByText(text).count()),
      );
      expect(named).toEqual([0, 1]);
      expect((await stack.call('GET', `/calendars/${calendarId}`)).body.state).toBe('disconnected');
      await signIn(page, 'Choose another account', user);
      await press(page, 'Continue', 'Enter');
      await heading(page, 'Your calendar is connected again');
      await stack.idle();
      expect((await stack.call('GET', `/calendars/${calendarId}`)).body).toMatchObject({
        state: 'connected',
        connection_failure_data: null,
      });
      const names = (await stack.events(calendarId)).map(({ name }) => name);
      expect(new Set(names)).toEqual(new Set(['Board', 'Missed']));
      await page.goto(link);
      await heading(page, 'This link was used already');
      await page.context().close();
    });
  });

  it('the pages of a whole way have no finding of axe, on a phone', async () => {
    const { user, session, story } = await arrange('microsoft', { selection: 'choose' });
    const page = await openPage({ colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    const signIn = async (button: string) => {
      await page.getByRole('button', { name: button }).click();
      await page.waitForURL(/oauth2/);
      await page.getByRole('radio', { name: user.account.email, exact: true }).check();
      await page.getByRole('button', { name: 'Continue' }).click();
    };
    await page.goto(session.url);
    await inspect(page, 'way-ask');
    Object.assign(user.account, { needsAdminApproval: true });
    await signIn('Continue with Microsoft');
    await page.getByRole('link', { name: 'Return to the application' }).click();
    await page.getByRole('heading', { name: 'Your administrator must approve this' }).waitFor();
    expect(await page.getByText(story.clientId).count()).toBe(1);
    await inspect(page, 'way-admin-approval');
    Object.assign(user.account, { needsAdminApproval: false });
    await signIn('Try again');
    await page.waitForURL(/\/connect\/choose\//);
    await inspect(page, 'way-choose');
    await page.getByRole('checkbox').first().uncheck();
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('alert').waitFor();
    await inspect(page, 'way-none-chosen');
    await page.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.waitForURL(/\/done/);
    await page.goto(session.url);
    await page.getByRole('heading', { name: 'This link was used already' }).waitFor();
    await page.getByRole('link', { name: 'Return to Example Notes' }).click();
    await page.waitForURL(/\/done/);
    await page.context().close();
  });

  it('a link that has expired says so, and leads back', async () => {
    const { session } = await arrange('google', { expires_in: 60 });
    const page = await openPage();
    await page.goto(session.url);
    await stack.control('clock', { advance: 'PT2M' });
    await page.getByRole('button', { name: 'Continue with Google' }).click();
    await page.getByRole('heading', { name: 'This link has expired' }).waitFor();
    await page.getByRole('link', { name: 'Return to Example Notes' }).click();
    await page.waitForURL(/\/done/);
    expect(page.url()).toContain(`connect_session_id=${session.id}`);
    await page.context().close();
  });

  it('a framed page is empty, and a link of another site still opens', async () => {
    const { session } = await arrange('google');
    const page = await openPage();
    await page.goto(`${application.url}/`);
    await page.setContent(`<iframe src="${session.url}"></iframe><a href="${session.url}">open</a>`);
    await page.waitForTimeout(500);
    expect(page.frames().map((frame) => frame.url())).not.toContain(session.url);
    await page.getByRole('link', { name: 'open' }).click();
    await page.getByRole('heading', { name: 'Connect your Google calendar' }).waitFor();
    await page.context().close();
  });
});
