import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GoogleAccount } from '../../local/simulators/google/simulator-state.ts';
import type { MicrosoftAccount } from '../../local/simulators/microsoft/simulator-state.ts';
import { loadAccount } from '../../shared/accounts/account-store.ts';
import { followAll } from '../../shared/accounts/follow-all.ts';
import { acquireSelection, loadSelection } from '../../shared/accounts/selection-store.ts';
import { platforms } from '../../shared/calendars/calendar.ts';
import { maskAddress } from '../../shared/connect/mask-address.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { type Timestamp, timestampOf } from '../../shared/platform/timestamp.ts';
import { backUrl, type ConnectStory, createConnectStory } from '../support/connect-story.ts';
import { createPlainBrowser, titleOf } from '../support/plain-browser.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack, useWebhookReceiver } from '../support/use-stack.ts';

const stack = useStack();
const receiver = useWebhookReceiver();

/** Connects a user by a new link. @returns the session as the API shows it */
async function connect(story: ConnectStory, user: SimulatedUser, fields: object = {}) {
  const { id, url } = await story.createSession(fields);
  const { browser, provider } = await story.toProvider(url);
  await story.decide(browser, provider, user.account);
  return story.readSession(id);
}

describe.each(platforms)('A user of %s', (platform) => {
  it('connects the primary calendar, and the application reads its events', async () => {
    const story = await createConnectStory(stack, platform);
    const user = story.user();
    user.insert('Board', 2);
    const key = randomUUID();
    const { id, url } = await story.createSession({ deduplication_key: key, metadata: { tenant: 'acme' } });
    expect(await story.readSession(id)).toMatchObject({ status: 'open', calendar_ids: [], error: null });
    const { browser, asked, sent, provider } = await story.toProvider(url);
    expect(titleOf(asked)).toMatch(/^Connect your (Google|Microsoft) calendar$/);
    expect(asked.html).toContain('Ada &amp; Co');
    for (const page of [asked, sent]) expect(Buffer.byteLength(page.html)).toBeLessThan(10_000);
    expect(provider.url).toContain('code_challenge_method=S256');
    const back = await story.decide(browser, provider, user.account);
    expect(back.url).toBe(`${backUrl}&connect_session_id=${id}`);
    const session = await story.readSession(id);
    expect(session).toMatchObject({ status: 'completed', error: null });
    const [calendarId] = session.calendar_ids;
    await stack.idle();
    expect((await stack.events(calendarId)).map(({ name }) => name)).toEqual(['Board']);
    const { body } = await stack.call('GET', `/calendars/${calendarId}`);
    expect(body).toMatchObject({
      platform,
      state: 'connected',
      client_id: story.clientId,
      deduplication_key: key,
      metadata: { tenant: 'acme' },
      account_email: user.account.email,
    });
  });

  it('chooses calendars, without which the page asks again', async () => {
    const story = await createConnectStory(stack, platform);
    const user = story.user();
    const { id, url } = await story.createSession({ selection: 'choose' });
    const { browser, provider } = await story.toProvider(url);
    const choice = await story.decide(browser, provider, user.account);
    expect(titleOf(choice)).toBe('Choose your calendars');
    const none = await browser.submit(choice);
    expect([none.status, none.html.includes('Choose at least one calendar.')]).toEqual([400, true]);
    const forged = await browser.submit(choice, [['calendar', 'invented']]);
    expect(forged.status).toBe(400);
    const values = [...choice.html.matchAll(/name="calendar" value="([^"]+)"/g)].map(([, value = '']) => value);
    expect(values.length).toBeGreaterThan(0);
    const done = await browser.submit(
      choice,
      values.map((value): [string, string] => ['calendar', value]),
    );
    expect((await browser.goOn(done)).url).toBe(`${backUrl}&connect_session_id=${id}`);
    const session = await story.readSession(id);
    expect([session.status, session.calendar_ids.length]).toEqual(['completed', values.length]);
  });

  it('gives all calendars, and one that is added later is connected, too, with the metadata of the session', async () => {
    const story = await createConnectStory(stack, platform);
    const user = story.user();
    const metadata = { tenant: 'acme' };
    const session = await connect(story, user, { selection: 'all', metadata, deduplication_key: randomUUID() });
    expect([session.status, session.calendar_ids.length]).toEqual(['completed', 1]);
    const { body } = await stack.call('GET', `/calendars/${session.calendar_ids[0]}`);
    const { account_id: id } = body;
    expect((await stack.call('GET', `/accounts/${id}`)).body).toMatchObject({
      provider_account_id: expect.any(String),
      oauth_app_id: expect.stringMatching(/^oapp_/),
      organization_id: null,
    });
    if (platform === 'google')
      stack.google.addCalendar(user.account as GoogleAccount, { id: `later-${user.calendar}` });
    else stack.microsoft.addCalendar(user.account as MicrosoftAccount, { name: 'later' });
    stack.local.advanceClock(80 * 60_000);
    await stack.local.tick();
    await stack.idle();
    const { body: list } = await stack.call('GET', `/calendars?account_id=${id}`);
    expect(list.results).toMatchObject([
      { metadata, deduplication_key: null },
      { metadata, deduplication_key: expect.any(String) },
    ]);
    const { body: shown } = await stack.call('GET', `/accounts/${id}`);
    expect(shown).toMatchObject({ selection: 'all', selection_error: null });
  });

  it('leaves no account when the calendar is refused, unless the account has another one', async () => {
    const story = await createConnectStory(stack, platform);
    const [first, second] = [story.user(), story.user()];
    const deduplication_key = randomUUID();
    const [calendarId] = (await connect(story, first, { deduplication_key })).calendar_ids;
    await stack.idle();
    const addresses = async (): Promise<string[]> => {
      const { body } = await stack.call('GET', '/accounts?limit=100');
      return body.results
        .filter(({ client_id: id }: { client_id: string }) => id === story.clientId)
        .map(({ account_email: email }: { account_email: string }) => email);
    };
    const { id, url } = await story.createSession({ deduplication_key });
    const { browser, provider } = await story.toProvider(url);
    const refused = await story.decide(browser, provider, second.account);
    expect([refused.status, titleOf(refused)]).toEqual([409, 'This calendar is connected already']);
    expect(refused.html).toContain('Return to Ada &amp; Co');
    const failed = { status: 'failed', error: 'deduplication_key_taken', calendar_ids: [] };
    expect(await story.readSession(id)).toMatchObject(failed);
    expect(await addresses()).toEqual([first.account.email]);
    // An account that a calendar uses stays, with its new grant.
    const { body: calendar } = await stack.call('GET', `/calendars/${calendarId}`);
    await stack.call('PATCH', `/calendars/${calendarId}`, { metadata: { tenant: 'acme' } });
    const team = await story.createSession({ deduplication_key, selection: 'choose' });
    if (platform === 'google') stack.google.addCalendar(first.account as GoogleAccount, { id: `b-${first.calendar}` });
    else stack.microsoft.addCalendar(first.account as MicrosoftAccount, { name: 'b' });
    const begun = await story.toProvider(team.url);
    const choice = await story.decide(begun.browser, begun.provider, first.account);
    const values = [...choice.html.matchAll(/name="calendar" value="([^"]+)"/g)].map(([, value = '']) => value);
    await begun.browser.submit(choice, [['calendar', values.at(-1) ?? '']]);
    expect(await story.readSession(team.id)).toMatchObject(failed);
    expect(await addresses()).toEqual([first.account.email]);
    expect((await stack.call('GET', `/accounts/${calendar.account_id}`)).status).toBe(200);
  });

  it('who gives all calendars while another selection is applied is asked to try again, and can', async () => {
    const story = await createConnectStory(stack, platform);
    const user = story.user();
    const [calendarId] = (await connect(story, user)).calendar_ids;
    const { account_id: accountId } = (await stack.call('GET', `/calendars/${calendarId}`)).body;
    const { id, url } = await story.createSession({ selection: 'all' });
    await followAll(
      { table: stack.table, clock: { ...createClock(), now: () => stack.local.now() }, newId: randomUUID },
      (await loadAccount(stack.table, accountId)) ?? expect.fail('no account'),
      null,
    );
    const selection = (await loadSelection(stack.table, accountId)) ?? expect.fail('no selection');
    const [now, until] = [0, 60_000].map((ms) => timestampOf(Math.floor(stack.local.now()) + ms));
    await acquireSelection(stack.table, selection, { now: now as Timestamp, until: until as Timestamp });
    const { browser, provider } = await story.toProvider(url);
    const busy = await story.decide(browser, provider, user.account);
    expect([busy.status, titleOf(busy)]).toEqual([409, 'Your calendars are being changed']);
    expect(await story.readSession(id)).toMatchObject({ status: 'failed', error: 'account_busy' });
    await stack.control('clock', { advance: 'PT2M' });
    const again = await browser.goOn(await browser.submit(busy));
    await story.decide(browser, again, user.account);
    expect(await story.readSession(id)).toMatchObject({ status: 'completed', error: null });
  });

  it('may decline, or take the calendars away, and then try again in the same browser', async () => {
    const story = await createConnectStory(stack, platform);
    const user = story.user();
    const { id, url } = await story.createSession();
    const { browser, provider } = await story.toProvider(url);
    const declined = await story.decide(browser, provider, { ...user.account, decision: 'deny' });
    expect(titleOf(declined)).toBe('You have not given access');
    expect(declined.html).toContain(`href="${backUrl.replace('&', '&amp;')}&amp;connect_session_id=${id}"`);
    expect(await story.readSession(id)).toMatchObject({ status: 'denied', error: 'access_denied' });
    const again = await browser.goOn(await browser.submit(declined));
    const without = await story.decide(browser, again, { ...user.account, granted: [] });
    expect(titleOf(without)).toBe('The calendar permission is missing');
    expect(await story.readSession(id)).toMatchObject({ status: 'failed', error: 'missing_scope' });
    const third = await browser.goOn(await browser.submit(without));
    await story.decide(browser, third, user.account);
    expect(await story.readSession(id)).toMatchObject({ status: 'completed', error: null });
  });

  it('reconnects by the link of a webhook, once, and only with the same account', { timeout: 120_000 }, async () => {
    const story = await createConnectStory(stack, platform);
    const [user, other] = [story.user(), story.user()];
    user.insert('Before', 2);
    const path = `/${randomUUID()}`;
    const triggers = ['calendar.state_change', 'calendar.connected'];
    await stack.call('POST', '/webhooks', { url: receiver.urlOf(path), triggers });
    const first = await connect(story, user);
    const [calendarId] = first.calendar_ids;
    const connected = await receiver.waitFor((one) => one.path === path && one.payload.calendar_id === calendarId);
    expect(connected.payload).toMatchObject({
      trigger: 'calendar.connected',
      data: { connect_session_id: first.id, is_reconnect: false, state: 'connected' },
    });
    await stack.idle();

    user.account.revoked = true;
    user.expireAccessTokens();
    user.insert('Missed', 3);
    await stack.loseAccess(calendarId);
    const lost = await receiver.waitFor(
      ({ path: at, payload }) =>
        at === path && payload.trigger === 'calendar.state_change' && payload.data['state'] === 'disconnected',
    );
    const { reconnect_url: link } = lost.payload.data['connection_failure_data'] as Record<string, string>;
    const shown = (await stack.call('GET', `/calendars/${calendarId}`)).body.connection_failure_data;
    expect(shown.reconnect_url).toBe(link);
    expect(shown).not.toHaveProperty('oauth_app_id');
    const { browser, asked, sent: begun, provider } = await story.toProvider(link ?? '');
    expect(titleOf(asked)).toMatch(/^Reconnect your/);
    const wrong = await story.decide(browser, provider, other.account);
    expect(titleOf(wrong)).toBe('This is another account');
    // Others to whom the link was forwarded do not learn the address.
    const pages = [asked, begun, wrong].map(({ html }) => html.replaceAll('%40', '@')).join('');
    expect(pages.split(maskAddress(user.account.email))).toHaveLength(3);
    expect(pages).not.toContain(user.account.email);
    expect((await stack.call('GET', `/calendars/${calendarId}`)).body.state).toBe('disconnected');
    const sent = await browser.submit(wrong);
    expect(sent.headers.get('refresh')).toContain('select_account');
    const done = await story.decide(browser, await browser.goOn(sent), user.account);
    expect(titleOf(done)).toBe('Your calendar is connected again');
    await stack.idle();
    expect((await stack.call('GET', `/calendars/${calendarId}`)).body).toMatchObject({
      state: 'connected',
      connection_failure_data: null,
    });
    const events = await stack.events(calendarId);
    expect(new Set(events.map(({ name }) => name))).toEqual(new Set(['Before', 'Missed']));
    const second = await createPlainBrowser().open(link ?? '');
    expect(titleOf(second)).toBe('This link was used already');
  });
});

it.each(platforms)('A list of calendars of %s that does not come is a page within ten seconds', async (platform) => {
  const story = await createConnectStory(stack, platform);
  const user = story.user();
  const { url } = await story.createSession({ selection: 'choose' });
  const { browser, provider } = await story.toProvider(url);
  user.answer('calendars', { delayMs: 60_000 }, 1);
  const begun = Date.now();
  const page = await story.decide(browser, provider, user.account);
  expect([page.status, page.html.includes('<button>Try again</button>')]).toEqual([503, true]);
  expect(Date.now() - begun).toBeLessThan(10_000);
});

it('An administrator has to approve the app: the page says so', async () => {
  const story = await createConnectStory(stack, 'microsoft');
  const user = story.user();
  Object.assign(user.account, { needsAdminApproval: true });
  const { id, url } = await story.createSession();
  const { browser, provider } = await story.toProvider(url);
  const notice = await story.decide(browser, provider, user.account);
  const back = /id="back" href="([^"]+)"/.exec(notice.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(titleOf(await browser.open(back))).toBe('Your administrator must approve this');
  expect(await story.readSession(id)).toMatchObject({ status: 'failed', error: 'admin_approval_required' });
});

it('A secret of the app may be rotated while users connect; one that is refused shows at the app', async () => {
  const story = await createConnectStory(stack, 'google');
  const appPath = `/oauth_apps/${story.app.id}`;
  await stack.call('PATCH', appPath, { client_secret: 'not-active-yet' });
  expect(await connect(story, story.user())).toMatchObject({ status: 'completed' });
  story.setSecrets('another');
  expect(await connect(story, story.user())).toMatchObject({ status: 'failed', error: 'client_refused' });
  expect((await stack.call('GET', appPath)).body.refused_since).toMatch(/^\d{4}-/);
  story.setSecrets('not-active-yet');
  expect(await connect(story, story.user())).toMatchObject({ status: 'completed' });
  expect((await stack.call('GET', appPath)).body.refused_since).toBeNull();
  expect((await stack.call('DELETE', appPath)).status).toBe(400);
});
