import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GoogleAccount } from '../../local/simulators/google/simulator-state.ts';
import type { MicrosoftAccount } from '../../local/simulators/microsoft/simulator-state.ts';
import { platforms } from '../../shared/calendars/calendar.ts';
import { backUrl, createConnectStory } from '../support/connect-story.ts';
import { createPlainBrowser, type PlainPage, titleOf } from '../support/plain-browser.ts';
import { useOtherProject, useStack } from '../support/use-stack.ts';

const lines: string[] = [];
const stack = useStack({ log: (_source, line) => void lines.push(line) });
const other = useOtherProject(stack);

/** Up to the provider's page, whose answer is then stolen, bent or sent twice. */
async function begun(platform: 'google' | 'microsoft' = 'google', fields: object = {}) {
  const story = await createConnectStory(stack, platform);
  const user = story.user();
  const session = await story.createSession(fields);
  return { story, user, session, ...(await story.toProvider(session.url)) };
}
type Begun = Awaited<ReturnType<typeof begun>>;

/** The address at which the provider sends the user back, which is not opened. */
async function callbackOf({ story, user, browser, provider }: Begun): Promise<string> {
  const body = new URLSearchParams([...new URL(provider.url).searchParams]);
  body.set('account', user.account.email);
  body.set('decision', 'allow');
  const granted = story.platform === 'google' ? 'https://www.googleapis.com/auth/calendar.readonly' : 'Calendars.Read';
  body.append('granted', granted);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await browser.request(provider.url.split('?')[0] ?? '', { method: 'POST', body, headers });
  return answer.headers.get('location') ?? expect.fail('no callback');
}

const withQuery = (url: string, changes: Record<string, string | null>): string => {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.href;
};

const expectRefused = (page: PlainPage, title: string): void => {
  expect([page.status >= 400, titleOf(page)]).toEqual([true, title]);
};

describe('A connect page refuses', () => {
  it('an answer that is used twice: state and code', async () => {
    const one = await begun();
    const callback = await callbackOf(one);
    expect((await one.browser.open(callback)).url).toContain(backUrl);
    expectRefused(await one.browser.open(callback), 'This link was used already');
    // Also of a session that is still open, because the first answer failed.
    const two = await begun();
    const denied = withQuery(await callbackOf(two), { code: null, error: 'access_denied' });
    await two.browser.open(denied);
    expectRefused(await two.browser.open(denied), 'This sign-in is over');
  });

  it('a code that another session has used, and one that was made up', async () => {
    const [one, two] = [await begun(), await begun()];
    const stolen = new URL(await callbackOf(one)).searchParams.get('code') ?? '';
    // Another client and another verifier: the provider refuses it, and nothing is connected.
    const page = await two.browser.open(withQuery(await callbackOf(two), { code: stolen }));
    expect(titleOf(page)).toBe('The sign-in did not complete');
    expect(await two.story.readSession(two.session.id)).toMatchObject({ status: 'failed', calendar_ids: [] });
  });

  it('an answer in another browser: the attacker begins, and the victim consents', async () => {
    const attacker = await begun();
    const callback = await callbackOf(attacker);
    expectRefused(await createPlainBrowser().open(callback), 'This is another browser');
    const victim = await begun();
    expectRefused(await victim.browser.open(callback), 'This is another browser');
    expect(await attacker.story.readSession(attacker.session.id)).toMatchObject({ status: 'open', calendar_ids: [] });
  });

  it('a session that someone else has opened, and a cookie that was planted before', async () => {
    const { session } = await begun();
    expectRefused(await createPlainBrowser().open(session.url), 'This link was used already');
    const story = await createConnectStory(stack, 'google');
    const { id, url } = await story.createSession();
    const planted = `kalends_${id.slice('cses_'.length)}`;
    const browser = createPlainBrowser();
    browser.jar.set(new URL(url).host, new Map([[planted, 'A'.repeat(43)]]));
    await browser.submit(await browser.open(url));
    expect(browser.jar.get(new URL(url).host)?.get(planted)).not.toBe('A'.repeat(43));
  });

  it('a link that has expired, one with another secret, and one that never was', async () => {
    const story = await createConnectStory(stack, 'google');
    const { id, url } = await story.createSession({ expires_in: 60 });
    await stack.control('clock', { advance: 'PT2M' });
    expectRefused(await createPlainBrowser().open(url), 'This link has expired');
    expect((await story.readSession(id)).status).toBe('expired');
    const { url: live } = await story.createSession();
    const bent = `${live.slice(0, -1)}${live.endsWith('A') ? 'B' : 'A'}`;
    for (const link of [
      bent,
      live.replace(/open\/.*/, 'open/x'),
      `${live.replace(/open\/.*/, 'open/')}${'A'.repeat(16)}.${'A'.repeat(43)}`,
    ])
      expectRefused(await createPlainBrowser().open(link), 'This link does not work');
    const forged = `${stack.local.url}/connect/open/${'A'.repeat(16)}.abcdefghij.${'A'.repeat(43)}`;
    expectRefused(await createPlainBrowser().open(forged), 'This link does not work');
  });

  it('an answer that names another provider as its issuer, and the answer of another provider', async () => {
    const one = await begun();
    const page = await one.browser.open(
      withQuery(await callbackOf(one), { iss: 'https://login.microsoftonline.com/x/v2.0' }),
    );
    expect(titleOf(page)).toBe('The sign-in did not complete');
    const [google, microsoft] = [await begun('google'), await begun('microsoft')];
    const code = new URL(await callbackOf(microsoft)).searchParams.get('code') ?? '';
    const mixed = await google.browser.open(withQuery(await callbackOf(google), { code }));
    expect(titleOf(mixed)).toBe('The sign-in did not complete');
    expect((await google.story.readSession(google.session.id)).status).toBe('failed');
  });

  it('a consent without the PKCE challenge, or with another verifier', async () => {
    const one = await begun();
    expect(new URL(one.provider.url).searchParams.get('code_challenge_method')).toBe('S256');
    const { href } = new URL(one.provider.url);
    one.provider = { ...one.provider, url: withQuery(href, { code_challenge: null, code_challenge_method: null }) };
    const page = await one.browser.open(await callbackOf(one));
    expect(titleOf(page)).toBe('The sign-in did not complete');
  });

  it('an id token with another nonce', async () => {
    const one = await begun();
    one.provider = { ...one.provider, url: withQuery(one.provider.url, { nonce: 'another' }) };
    expect(titleOf(await one.browser.open(await callbackOf(one)))).toBe('The sign-in did not complete');
  });

  it.each([
    ['prefix', `${backUrl}.evil.example`],
    ['suffix', `https://evil.example/?${backUrl}`],
    ['other path', backUrl.replace('/connected', '/connected/../other')],
    ['userinfo', backUrl.replace('https://', 'https://app.example.com@evil.example/')],
    ['scheme', backUrl.replace('https:', 'http:')],
    ['script', 'javascript:alert(1)'],
    ['no scheme', backUrl.replace('https:', '')],
    ['case', backUrl.replace('app', 'APP')],
    ['backslash', backUrl.replace('https://', 'https:\\\\')],
    ['slash at the end', `${backUrl}/`],
    ['other parameters', `${backUrl}&next=https://evil.example`],
  ])('to return to another address: %s', async (_name, redirect_url) => {
    const story = await createConnectStory(stack, 'google');
    const { status, body } = await stack.call('POST', '/connect_sessions', {
      oauth_app_id: story.app.id,
      redirect_url,
    });
    expect([status, Object.keys(body)]).toEqual([400, ['redirect_url']]);
  });

  it('to return to an address that the project has removed since', async () => {
    const [granted, denied] = [await begun(), await begun()];
    await stack.call('PATCH', '/connect_settings', { redirect_urls: ['https://app.example.com/other'] });
    const done = await granted.browser.open(await callbackOf(granted));
    expect([done.status, done.url, done.html]).toEqual([
      200,
      expect.not.stringContaining(backUrl),
      expect.not.stringContaining('app.example.com/connected'),
    ]);
    expect(await granted.story.readSession(granted.session.id)).toMatchObject({ status: 'completed' });
    const callback = withQuery(await callbackOf(denied), { code: null, error: 'access_denied' });
    expect((await denied.browser.open(callback)).html).not.toContain('app.example.com/connected');
  });

  it('a calendar of the other platform, and one of another OAuth client', async () => {
    const [google, microsoft] = [await begun('google'), await createConnectStory(stack, 'microsoft')];
    await google.browser.open(await callbackOf(google));
    const [calendar_id] = (await google.story.readSession(google.session.id)).calendar_ids;
    const second = await createConnectStory(stack, 'google');
    for (const app of [microsoft.app, second.app]) {
      const fields = { oauth_app_id: app.id, redirect_url: backUrl, calendar_id };
      const { status, body } = await stack.call('POST', '/connect_sessions', fields);
      expect([status, Object.keys(body)]).toEqual([400, ['calendar_id']]);
    }
  });

  it('forms of other sites', async () => {
    const story = await createConnectStory(stack, 'google');
    const { url } = await story.createSession();
    for (const site of ['cross-site', 'same-site', 'none']) {
      const browser = createPlainBrowser();
      expectRefused(await browser.submit(await browser.open(url), [], site), 'This page was opened from elsewhere');
    }
  });

  it('to reconnect a calendar of which no account is known, by any user', async () => {
    const story = await createConnectStory(stack, 'google');
    const posted = { platform: 'google', client_id: story.clientId, client_secret: 'x', refresh_token: randomUUID() };
    const { body: calendar } = await stack.call('POST', '/calendars', posted);
    const session = await story.createSession({ calendar_id: calendar.id });
    const { browser, provider } = await story.toProvider(session.url);
    const page = await story.decide(browser, provider, story.user().account);
    expect(page.html).toContain('an account that is not known here');
    expect(await story.readSession(session.id)).toMatchObject({ status: 'failed', error: 'wrong_account' });
  });

  it.each(platforms)(
    'to reconnect a calendar of %s, of which no account is known, for anyone but its owner',
    async (platform) => {
      const story = await createConnectStory(stack, platform);
      const [owner, reader, other] = [story.user({ secondary: true }), story.user(), story.user()];
      if (platform === 'google')
        stack.google.addCalendar(reader.account as GoogleAccount, { id: owner.calendar, accessRole: 'writer' });
      else stack.microsoft.shareCalendar(owner.calendar, { reader: reader.account as MicrosoftAccount, canEdit: true });
      owner.insert('Planning', 2);
      const { body: calendar } = await stack.call('POST', '/calendars', {
        platform,
        client_id: story.clientId,
        client_secret: 'the-client-secret',
        refresh_token: 'ended',
        platform_uuid: owner.calendar,
      });
      const session = await story.createSession({ calendar_id: calendar.id });
      const { browser, provider } = await story.toProvider(session.url);
      let page = await story.decide(browser, provider, other.account);
      for (const { account } of [reader, owner]) {
        expect(page.html).toContain('an account that is not known here');
        expect(await story.readSession(session.id)).toMatchObject({ status: 'failed', error: 'wrong_account' });
        page = await story.decide(browser, await browser.goOn(await browser.submit(page)), account);
      }
      expect(await story.readSession(session.id)).toMatchObject({ status: 'completed', calendar_ids: [calendar.id] });
      await stack.idle();
      expect((await stack.events(calendar.id)).map(({ name }) => name)).toEqual(['Planning']);
      const { body: account } = await stack.call('GET', `/accounts/${calendar.account_id}`);
      expect(account.account_email).toBe(owner.account.email);
    },
  );

  it('to be used up by programs that look at links', async () => {
    const story = await createConnectStory(stack, 'google');
    const { url } = await story.createSession();
    for (let look = 0; look < 3; look += 1) await createPlainBrowser().open(url);
    const { browser, provider } = await story.toProvider(url);
    const callback = await callbackOf({
      story,
      user: story.user(),
      session: { id: '', url },
      browser,
      provider,
    } as Begun);
    expect((await fetch(callback, { method: 'HEAD' })).status).toBe(200);
    expect((await browser.open(callback)).url).toContain(backUrl);
  });

  it('to be framed, to send a referrer, and to be cached, on every page', async () => {
    const one = await begun();
    const pages = [one.asked, one.sent, await createPlainBrowser().open(one.session.url)];
    for (const { headers } of pages) {
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('to show secrets in pages, and to write secrets, codes, links and addresses into logs', async () => {
    const one = await begun('microsoft', { selection: 'choose' });
    const choice = await one.browser.open(await callbackOf(one));
    const code = new URL(one.browser.visited.find((url) => url.includes('code=')) ?? '').searchParams.get('code') ?? '';
    const pages = [one.asked, one.sent, choice].map(({ html }) => html).join('\n');
    const state = new URL(one.provider.url).searchParams.get('state') ?? '';
    const secrets = ['the-client-secret', code, one.user.account.refreshToken, 'EwB', 'v1.'];
    for (const secret of secrets) expect(pages).not.toContain(secret);
    const link = one.session.url.split('/').at(-1) ?? '';
    const cookie = [...(one.browser.jar.get(new URL(one.session.url).host)?.values() ?? [])].at(0) ?? '';
    const logged = lines.join('\n');
    expect(logged.length).toBeGreaterThan(0);
    for (const text of [...secrets.slice(0, 3), state, link, cookie, one.user.account.email]) {
      expect(text.length).toBeGreaterThan(5);
      expect(logged).not.toContain(text);
    }
  });

  it('other projects: sessions, apps and calendars of one are neither visible nor usable in another', async () => {
    const { story, session } = await begun();
    const call = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${stack.local.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Token ${other.apiKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    expect((await call('GET', `/connect_sessions/${session.id}`)).status).toBe(404);
    expect((await call('GET', `/connect_sessions/cses_${randomUUID().replaceAll('-', '').slice(0, 16)}`)).status).toBe(
      404,
    );
    expect((await call('GET', '/connect_settings')).body).toMatchObject({ redirect_urls: [], name: null });
    const foreign = await call('POST', '/connect_sessions', { oauth_app_id: story.app.id, redirect_url: backUrl });
    expect([foreign.status, Object.keys(foreign.body).sort()]).toEqual([400, ['oauth_app_id', 'redirect_url']]);
  });
});
