import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createConnectStory } from '../support/connect-story.ts';
import { useStack } from '../support/use-stack.ts';
import { useStarted } from '../support/use-started.ts';

/** Debian's. `KALENDS_CHROMIUM` names another one. */
const executablePath = process.env['KALENDS_CHROMIUM'] ?? '/usr/bin/chromium';
/** `KALENDS_SCREENSHOTS` names a folder that gets pictures of the pages. */
const pictures = process.env['KALENDS_SCREENSHOTS'];

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

describe.skipIf(!existsSync(executablePath))('In Chromium (skipped where there is none)', () => {
  const stack = useStack();
  const started: { browser: Browser } = useStarted(
    async () => ({ browser: await chromium.launch({ executablePath, args: ['--no-sandbox'] }) }),
    ({ browser }) => browser.close(),
  );
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

  const openPage = async (options: BrowserContextOptions = {}): Promise<Page> =>
    (await started.browser.newContext(options)).newPage();

  /** Moves the focus by Tab to what has this name, and presses a key on it. */
  async function press(page: Page, name: string, key: string): Promise<void> {
    const target = page
      .getByRole('button', { name })
      .or(page.getByRole('checkbox', { name }))
      .or(page.getByRole('radio', { name }))
      .first();
    for (let tab = 0; tab < 40; tab += 1) {
      if ((await target.and(page.locator(':focus')).count()) > 0) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press(key);
  }

  /** Looks at a page with axe, and takes its picture. */
  async function inspect(page: Page, name: string): Promise<void> {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    expect([name, violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)]).toEqual([name, []]);
    expect([name, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([name, true]);
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  describe.each(['google', 'microsoft'] as const)('a user of %s', (platform) => {
    const provider = platform === 'google' ? 'Google' : 'Microsoft';
    const calendarScope = platform === 'google' ? /calendar\.readonly/ : /Calendars\.Read/;

    it('connects two calendars by keyboard alone, without scripts, and the application has their events', async () => {
      const { user, story, session } = await arrange(platform, { selection: 'choose' });
      if (platform === 'google')
        stack.google.addCalendar(user.account as never, { id: `team-of-${user.account.email}`, summary: 'Team' });
      else stack.microsoft.addCalendar(user.account as never, { name: 'Team' });
      const page = await openPage({ javaScriptEnabled: false });
      await page.goto(session.url);
      await press(page, `Continue with ${provider}`, 'Enter');
      await page.waitForURL(/oauth2/);
      await page.getByRole('radio', { name: user.account.email }).focus();
      await page.keyboard.press('Space');
      await press(page, 'Continue', 'Enter');
      await page.waitForURL(/\/connect\/choose\//);
      expect(await page.getByRole('checkbox').count()).toBe(2);
      await press(page, 'Team', 'Space');
      await press(page, 'Connect', 'Enter');
      await page.waitForURL(/\/done\?connect_session_id=/);
      expect(await page.locator('#referrer').textContent()).toBe('none');
      const { status, calendar_ids: ids } = await story.readSession(session.id);
      expect([status, ids.length]).toEqual(['completed', 2]);
      await stack.idle();
      const events = await Promise.all(ids.map((id: string) => stack.events(id)));
      expect(events.flat().map(({ name }) => name)).toEqual(['Board']);
      await page.context().close();
    });

    it('declines, then takes a scope away, then connects: each page has a way on', async () => {
      const { user, story, session } = await arrange(platform);
      const page = await openPage();
      await page.goto(session.url);
      const begin = async (button: string): Promise<void> => {
        await page.getByRole('button', { name: button }).click();
        await page.waitForURL(/oauth2/);
        await page.getByRole('radio', { name: user.account.email }).check();
      };
      await begin(`Continue with ${provider}`);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('heading', { name: 'You have not given access' }).waitFor();
      await begin('Try again');
      await page.getByRole('checkbox', { name: calendarScope }).uncheck();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: 'The calendar permission is missing' }).waitFor();
      await inspect(page, `${platform}-missing-scope`);
      await begin('Try again');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.waitForURL(/\/done\?connect_session_id=/);
      expect((await story.readSession(session.id)).status).toBe('completed');
      await page.context().close();
    });

    it('sees pages without findings of axe: light, dark, and as wide as a phone', async () => {
      const phone = { width: 360, height: 740 };
      const light: BrowserContextOptions = { colorScheme: 'light' };
      const darkPhone: BrowserContextOptions = { colorScheme: 'dark', viewport: phone };
      // The pages of both platforms differ in few words.
      for (const [name, options] of Object.entries(platform === 'google' ? { light, darkPhone } : { darkPhone })) {
        const { user, session } = await arrange(platform, { selection: 'choose' });
        const page = await openPage(options);
        await page.goto(session.url);
        await inspect(page, `${platform}-ask-${name}`);
        await page.getByRole('button', { name: `Continue with ${provider}` }).click();
        await page.waitForURL(/oauth2/);
        await page.getByRole('radio', { name: user.account.email }).check();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.waitForURL(/\/connect\/choose\//);
        await inspect(page, `${platform}-choose-${name}`);
        await page.getByRole('checkbox').first().uncheck();
        await page.getByRole('button', { name: 'Connect' }).click();
        await page.getByRole('alert').waitFor();
        await inspect(page, `${platform}-none-chosen-${name}`);
        await page.context().close();
      }
      expect.hasAssertions();
    });
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
