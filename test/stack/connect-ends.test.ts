import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { MicrosoftAccount } from '../../local/simulators/microsoft/simulator-state.ts';
import { platforms } from '../../shared/calendars/calendar.ts';
import { type ConnectStory, createConnectStory } from '../support/connect-story.ts';
import { createPlainBrowser, type PlainPage, titleOf } from '../support/plain-browser.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const stack = useStack();

const connect = async (story: ConnectStory, user: SimulatedUser): Promise<string> => {
  const { id, url } = await story.createSession();
  const { browser, provider } = await story.toProvider(url);
  await story.decide(browser, provider, user.account);
  return (await story.readSession(id)).calendar_ids[0] ?? expect.fail('not connected');
};
const open = (url: string): Promise<PlainPage> => createPlainBrowser().open(url);
const unknown = [404, 'This link does not work'];
const shown = (page: PlainPage) => [page.status, titleOf(page)];

it.each(platforms)(
  'A link of %s ends with the calendar that it reconnects, and with its OAuth app, wherever the user is',
  async (platform) => {
    const story = await createConnectStory(stack, platform);
    const user = story.user();
    const calendar_id = await connect(story, user);
    const [unopened, begun] = [await story.createSession({ calendar_id }), await story.createSession({ calendar_id })];
    const { browser, provider } = await story.toProvider(begun.url);
    const asked = await open(unopened.url);
    expect(titleOf(asked)).toMatch(/^Reconnect your/);
    await stack.call('DELETE', `/calendars/${calendar_id}`);
    const ends = [await open(unopened.url), await createPlainBrowser().submit(asked)];
    for (const page of [...ends, await story.decide(browser, provider, user.account)])
      expect(shown(page)).toEqual(unknown);
    await stack.idle();
    expect(await story.readSession(unopened.id)).toMatchObject({ status: 'expired' });

    const [first, second] = [await story.createSession(), await story.createSession()];
    expect(await story.readSession(first.id)).toMatchObject({ status: 'open' });
    const more = await story.toProvider(second.url);
    expect((await stack.call('DELETE', `/oauth_apps/${story.app.id}`)).status).toBe(200);
    for (const page of [await open(first.url), await story.decide(more.browser, more.provider, user.account)])
      expect(shown(page)).toEqual(unknown);
    expect(await story.readSession(second.id)).toMatchObject({ status: 'expired', calendar_ids: [] });
  },
);

it('A calendar that was posted with a token is reconnected by its mailbox, not by an address that somebody claims', async () => {
  const story = await createConnectStory(stack, 'microsoft');
  const [owner, attacker] = [story.user(), story.user()];
  const account = owner.account as MicrosoftAccount;
  Object.assign(account, { clientId: story.clientId, clientSecret: 'the-client-secret' });
  const client = { platform: 'microsoft', client_id: story.clientId, client_secret: 'the-client-secret' };
  const { body } = await stack.call('POST', '/calendars', { ...client, refresh_token: account.refreshToken });
  await stack.idle();
  const { body: calendar } = await stack.call('GET', `/calendars/${body.id}`);
  expect(calendar.account_email).toBe(account.email);
  // An administrator of any tenant may write any address there.
  Object.assign(attacker.account, { tenantId: randomUUID(), claimedEmail: account.email });
  const { id, url } = await story.createSession({ calendar_id: calendar.id });
  const { browser, provider } = await story.toProvider(url);
  const wrong = await story.decide(browser, provider, attacker.account);
  expect(titleOf(wrong)).toBe('This is another account');
  expect(await story.readSession(id)).toMatchObject({ status: 'failed', error: 'wrong_account', calendar_ids: [] });
  // The owner's token may have no such claim.
  account.mail = null;
  await story.decide(browser, await browser.goOn(await browser.submit(wrong)), account);
  expect(await story.readSession(id)).toMatchObject({ status: 'completed', calendar_ids: [calendar.id] });
});

it('A calendar that was posted with a token has a link to reconnect it, when the project has an app of its client', async () => {
  const platform = 'google';
  const story = await createConnectStory(stack, platform);
  const user = story.user();
  Object.assign(user.account, { clientId: story.clientId, clientSecret: 'the-client-secret' });
  const client = { platform, client_id: story.clientId, client_secret: 'the-client-secret' };
  const { body } = await stack.call('POST', '/calendars', { ...client, refresh_token: user.account.refreshToken });
  await stack.idle();
  user.account.revoked = true;
  user.expireAccessTokens();
  user.insert('Missed', 3);
  await stack.loseAccess(body.id);
  const read = async () => (await stack.call('GET', `/calendars/${body.id}`)).body;
  const { reconnect_url: link } = (await read()).connection_failure_data;
  const { browser, provider } = await story.toProvider(link);
  const done = await story.decide(browser, provider, user.account);
  expect(titleOf(done)).toBe('Your calendar is connected again');
  await waitUntil(async () => (await read()).state === 'connected');
  expect((await read()).connection_failure_data).toBeNull();
});

it('A new account of Microsoft has the address of its mailbox, not one that somebody claims', async () => {
  const story = await createConnectStory(stack, 'microsoft');
  const user = story.user();
  Object.assign(user.account, { claimedEmail: 'president@customer.example' });
  const session = await story.createSession();
  const { browser, provider } = await story.toProvider(session.url);
  await story.decide(browser, provider, user.account);
  const { calendar_ids } = await story.readSession(session.id);
  await stack.idle();
  const { body: calendar } = await stack.call('GET', `/calendars/${calendar_ids[0]}`);
  const { body: account } = await stack.call('GET', `/accounts/${calendar.account_id}`);
  expect([calendar.account_email, account.account_email]).toEqual([user.account.email, user.account.email]);
});

it('A session that expires at the provider, or while the user chooses, connects nothing', async () => {
  const story = await createConnectStory(stack, 'google');
  const user = story.user({ secondary: true });
  const [one, two] = [
    await story.createSession({ expires_in: 60 }),
    await story.createSession({ expires_in: 60, selection: 'choose' }),
  ];
  const [first, second] = [await story.toProvider(one.url), await story.toProvider(two.url)];
  const choice = await story.decide(second.browser, second.provider, user.account);
  const [, value = ''] = /name="calendar" value="([^"]+)"/.exec(choice.html) ?? [];
  await stack.control('clock', { advance: 'PT2M' });
  for (const page of [
    await story.decide(first.browser, first.provider, user.account),
    await second.browser.submit(choice, [['calendar', value]]),
  ])
    expect(shown(page)).toEqual([410, 'This link has expired']);
  for (const { id } of [one, two])
    expect(await story.readSession(id)).toMatchObject({ status: 'expired', calendar_ids: [] });
});

it('A choice that is sent three times at once connects each calendar once, and one made up connects none', async () => {
  const story = await createConnectStory(stack, 'google');
  const user = story.user({ secondary: true });
  const { id, url } = await story.createSession({ selection: 'choose' });
  const { browser, provider } = await story.toProvider(url);
  const choice = await story.decide(browser, provider, user.account);
  expect(shown(await browser.submit(choice, [['calendar', 'A'.repeat(43)]]))).toEqual([400, 'Choose your calendars']);
  const all = [...choice.html.matchAll(/name="calendar" value="([^"]+)"/g)];
  const chosen = all.map(([, value = '']): [string, string] => ['calendar', value]);
  const pages = await Promise.all([1, 2, 3].map(() => browser.submit(choice, chosen)));
  expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
  const { calendar_ids: ids } = await story.readSession(id);
  expect([all.length, ids.length]).toEqual([2, 2]);
  const { body: account } = await stack.call('GET', `/calendars/${ids[0]}`);
  const { body: calendars } = await stack.call('GET', `/accounts/${account.account_id}/calendars`);
  const connected: string[] = calendars.results.map((one: { connected_as: string }) => one.connected_as);
  expect(new Set(connected)).toEqual(new Set(ids));
});

it('Answers of one browser for two sessions cannot be exchanged', async () => {
  const story = await createConnectStory(stack, 'google');
  const user = story.user();
  const browser = createPlainBrowser();
  const sessions = [await story.createSession(), await story.createSession()];
  for (const { url } of sessions) await story.toProvider(url, browser);
  const requests = browser.visited.filter((url) => url.includes('code_challenge='));
  // Each answer comes with the state of the other session, whose verifier and nonce are others.
  const states = requests.map((url) => new URL(url).searchParams.get('state') ?? '').reverse();
  for (const [index, request] of requests.entries()) {
    const url = new URL(request);
    url.searchParams.set('state', states[index] ?? '');
    const page = await story.decide(browser, await browser.request(url.href), user.account);
    expect(titleOf(page)).toBe('The sign-in did not complete');
  }
  for (const { id } of sessions)
    expect(await story.readSession(id)).toMatchObject({ status: 'failed', error: 'code_refused', calendar_ids: [] });
});

it('A reconnect link that was never opened says that it is not needed after another reconnect, and that it has expired after seven days', async () => {
  const story = await createConnectStory(stack, 'google');
  const linkOf = async (id: string): Promise<string> =>
    (await stack.call('GET', `/calendars/${id}`)).body.connection_failure_data.reconnect_url;
  const lose = async (user: SimulatedUser): Promise<string> => {
    const id = await connect(story, user);
    await stack.idle();
    user.account.revoked = true;
    user.expireAccessTokens();
    user.insert('Missed', 3);
    await stack.loseAccess(id);
    return id;
  };
  const [healed, lost] = [story.user(), story.user()];
  const [healedId, lostId] = [await lose(healed), await lose(lost)];
  const [needless, late] = [await linkOf(healedId), await linkOf(lostId)];
  const { url } = await story.createSession({ calendar_id: healedId });
  const { browser, provider } = await story.toProvider(url);
  await story.decide(browser, provider, healed.account);
  await waitUntil(async () => (await stack.call('GET', `/calendars/${healedId}`)).body.state === 'connected');
  expect(shown(await open(needless))).toEqual([409, 'This link is not needed any more']);
  await stack.control('clock', { advance: 'P8D' });
  expect(shown(await open(late))).toEqual([410, 'This link has expired']);
  expect((await stack.call('GET', `/calendars/${lostId}`)).body.connection_failure_data).not.toHaveProperty(
    'reconnect_url',
  );
});
