import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page as BrowserPage } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Platform } from '../../shared/calendars/calendar.ts';
import { type ConnectError, connectErrors } from '../../shared/connect/connect-session.ts';
import { maskAddress } from '../../shared/connect/mask-address.ts';
import { choicePage } from '../../shared/connect/page/choice-page.ts';
import { askPage, donePage, endPage, failurePage, goOnPage } from '../../shared/connect/page/connect-pages.ts';
import { type EndReason, endTexts } from '../../shared/connect/page/end-texts.ts';
import { type Page, pageHeaders } from '../../shared/connect/page/page-layout.ts';
import { hasChromium, inspect, useChromium } from '../support/chromium.ts';
import { useStarted } from '../support/use-started.ts';

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="#7a3cff"/></svg>';

/** Serves pages with their headers, except for the one that leads away at once. */
async function servePages() {
  const pages = new Map<string, Page>();
  const server = createServer(({ url = '' }, response) => {
    const page = pages.get(url);
    if (!page) {
      response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(logo);
      return;
    }
    const { refresh: _away, ...headers } = pageHeaders(page);
    response.writeHead(page.status, headers).end(page.html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serve = (page: Page): string => {
    const path = `/${pages.size}`;
    pages.set(path, page);
    return `${url}${path}`;
  };
  return { url, serve, close: () => server.close() };
}

const usual = { name: 'Example Notes', email: 'ada@example.com' };
/** Neither has a place where a line may end. */
const endless = { name: 'N'.repeat(80), email: `${'a'.repeat(64)}@${'b'.repeat(60)}.example` };

/** Every page that a user may see. */
function allPages(url: string, { name, email }: typeof usual): Record<string, Page> {
  const settings = { redirect_urls: [], name, logo_url: `${url}/logo.svg`, privacy_url: `${url}/privacy` };
  const back = `${url}/done`;
  const about = `The calendar belongs to ${maskAddress(email)}, and you signed in as grace@example.com.`;
  const choices = [
    { value: 'a', name: email, note: '(your main calendar)' },
    { value: 'b', name: 'Team', note: `(of ${email})` },
  ];
  const start = { session: 'cses_x' };
  const asked = (platform: Platform) => ({ settings, platform, clientId: '6731de76-14a6-49ae-97bc-6eba6914391e' });
  const fail = (platform: Platform, error: ConnectError) =>
    failurePage(asked(platform), {
      error,
      start,
      back: error === 'wrong_account' ? null : back,
      about,
      connected: error === 'too_many_calendars' ? 2 : 0,
    });
  const choice = { sessionId: 'cses_x', email, choices, chosen: new Set(['a']), page: 0 };
  const many = Array.from({ length: 60 }, (_none, index) => ({
    value: `many-${index}`,
    name: `Team ${index}`,
    note: '',
  }));
  const ends = (Object.keys(endTexts) as EndReason[]).map((reason): [string, Page] => {
    const isNamed = reason.startsWith('link_');
    const more = { back: isNamed ? back : null, about: reason === 'unexpected' ? 'd0c6cbb4-0f1d-4c5e' : null };
    return [reason, endPage(isNamed ? settings : null, reason, more)];
  });
  return Object.fromEntries([
    ...connectErrors.map((error) => [error, fail('google', error)]),
    ...ends,
    // The pages of both platforms differ in few words.
    ['microsoft-missing_scope', fail('microsoft', 'missing_scope')],
    ['microsoft-ask', askPage(asked('microsoft'), { start, isReconnect: false, account: null, back })],
    ['ask', askPage(asked('google'), { start, isReconnect: false, account: null, back })],
    ['reconnect', askPage(asked('google'), { start, isReconnect: true, account: maskAddress(email), back: null })],
    ['choose', choicePage(asked('google'), { ...choice, isEmpty: false })],
    [
      'choose-many',
      choicePage(asked('google'), { ...choice, choices: [...choices, ...many], page: 1, isEmpty: false }),
    ],
    ['none-chosen', choicePage(asked('google'), { ...choice, isEmpty: true })],
    ['done', donePage({ settings }, { calendar_id: null })],
    ['done-again', donePage({ settings }, { calendar_id: 'cal_AAAAAAAAAAAAAAAA' })],
    ['go-on', goOnPage(settings, back, 'Google')],
    [
      'without-settings',
      askPage(
        { settings: { ...settings, name: null, logo_url: null, privacy_url: null }, platform: 'google' },
        { start: { token: 't' }, isReconnect: false, account: null, back: null },
      ),
    ],
  ]);
}

describe.skipIf(!hasChromium)('In Chromium (skipped where there is none), without findings of axe,', () => {
  const server = useStarted(servePages, async ({ close }) => void close());
  const openPage = useChromium();

  /** Shows pages one after another, in the document of the first one: axe is a large script, which is read once. */
  async function show(page: BrowserPage, pages: Record<string, Page>, look: (name: string) => Promise<void>) {
    const [first = expect.fail('no page')] = Object.values(pages);
    await page.goto(server.serve(first));
    for (const [name, { html }] of Object.entries(pages)) {
      await page.evaluate(`document.documentElement.innerHTML = ${JSON.stringify(html)}`);
      await look(name);
    }
  }

  it('every page is shown: light, dark, and as wide as a phone', { timeout: 120_000 }, async () => {
    const page = await openPage();
    let shown = 0;
    await show(page, allPages(server.url, usual), async (name) => {
      // Every page is looked at in one way, and those with the most in them in both.
      const ways = ['ask', 'choose-many', 'none-chosen', 'wrong_account', 'link_expired'].includes(name)
        ? [0, 1]
        : [shown % 2];
      shown += 1;
      for (const way of ways) {
        await page.emulateMedia({ colorScheme: way === 0 ? 'light' : 'dark' });
        await page.setViewportSize({ width: way === 0 ? 1280 : 360, height: 740 });
        await inspect(page, `${name}-${way === 0 ? 'light' : 'dark'}`);
      }
    });
    expect(shown).toBeGreaterThan(connectErrors.length + Object.keys(endTexts).length);
  });

  it('no name or address is too long for the narrowest phone', { timeout: 60_000 }, async () => {
    const page = await openPage({ viewport: { width: 320, height: 640 } });
    const pages = Object.entries(allPages(server.url, endless));
    const some = pages.filter(([name]) =>
      ['ask', 'choose', 'choose-many', 'wrong_account', 'link_expired', 'done'].includes(name),
    );
    expect(some).toHaveLength(6);
    await show(page, Object.fromEntries(some), (name) => inspect(page, `${name}-endless`));
  });
});
