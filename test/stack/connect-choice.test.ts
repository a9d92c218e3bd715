import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { googleFaults } from '../../local/simulators/google/google-faults.ts';
import type { GoogleAccount } from '../../local/simulators/google/simulator-state.ts';
import { microsoftFaults } from '../../local/simulators/microsoft/microsoft-faults.ts';
import type { MicrosoftAccount } from '../../local/simulators/microsoft/simulator-state.ts';
import { platforms } from '../../shared/calendars/calendar.ts';
import { projectTimingMs } from '../../shared/platform/timing.ts';
import { setLimit } from '../../shared/projects/project-limits-store.ts';
import { backUrl, createConnectStory } from '../support/connect-story.ts';
import { titleOf } from '../support/plain-browser.ts';
import { useStack, useWebhookReceiver } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const stack = useStack();
const receiver = useWebhookReceiver();

it.each(platforms)('A user of %s who sends the choice twice at once has each calendar once', async (platform) => {
  const story = await createConnectStory(stack, platform);
  const user = story.user();
  if (platform === 'google') stack.google.addCalendar(user.account as GoogleAccount, { id: `b-${user.calendar}` });
  else stack.microsoft.addCalendar(user.account as MicrosoftAccount, { name: 'b' });
  const { id, url } = await story.createSession({ selection: 'choose' });
  const { browser, provider } = await story.toProvider(url);
  const choice = await story.decide(browser, provider, user.account);
  const values = [...choice.html.matchAll(/name="calendar" value="([^"]+)"/g)].map(([, value = '']) => value);
  expect(values).toHaveLength(2);
  const fields = values.map((value): [string, string] => ['calendar', value]);
  // The provider is slow, so that all three have read the session before the first one takes the consent.
  stack[platform].faults.push({ on: 'any', account: user.account.email, times: 3, outcome: { delayMs: 1000 } });
  const pages = await Promise.all([1, 2, 3].map(() => browser.submit(choice, fields)));
  expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
  const session = await story.readSession(id);
  expect([session.status, session.calendar_ids.length]).toEqual(['completed', 2]);
  const { body: calendar } = await stack.call('GET', `/calendars/${session.calendar_ids[0]}`);
  const { body: all } = await stack.call('GET', `/calendars?account_id=${calendar.account_id}`);
  expect(all.results).toHaveLength(2);
});

it.each(platforms)('A user of %s with many calendars chooses on several pages', async (platform) => {
  const story = await createConnectStory(stack, platform);
  const user = story.user();
  for (let index = 0; index < 50; index += 1) {
    if (platform === 'google')
      stack.google.addCalendar(user.account as GoogleAccount, { id: `team-${index}-${user.calendar}` });
    else stack.microsoft.addCalendar(user.account as MicrosoftAccount, { name: `Team ${index}` });
  }
  const { id, url } = await story.createSession({ selection: 'choose' });
  const { browser, provider } = await story.toProvider(url);
  const first = await story.decide(browser, provider, user.account);
  expect(first.html).toContain('of 51. Chosen on other pages: 0.');
  const boxesOf = ({ html }: typeof first): string[] =>
    [...html.matchAll(/name="calendar" value="([^"]+)"/g)].map(([, value = '']) => value);
  const [main = '', another = ''] = boxesOf(first);
  expect(first.html).toContain(`value="${main}" checked`);
  const turn: [string, string] = ['page', '1'];
  const second = await browser.submit(first, [['calendar', main], ['calendar', another], turn]);
  expect(second.html).toContain('Chosen on other pages: 2.');
  const [last = ''] = boxesOf(second).slice(-1);
  const done = await browser.goOn(await browser.submit(second, [['calendar', last]]));
  expect(done.url).toBe(`${backUrl}&connect_session_id=${id}`);
  const { status, calendar_ids } = await story.readSession(id);
  expect([status, calendar_ids.length]).toEqual(['completed', 3]);
});

it.each(platforms)(
  'A user of %s who connects the main calendar, chooses it later, and gives all has it once',
  async (platform) => {
    const story = await createConnectStory(stack, platform);
    const user = story.user();
    if (platform === 'google') stack.google.addCalendar(user.account as GoogleAccount, { id: `b-${user.calendar}` });
    else stack.microsoft.addCalendar(user.account as MicrosoftAccount, { name: 'b' });
    const connect = async (selection: string): Promise<string[]> => {
      const { id, url } = await story.createSession({ selection });
      const { browser, provider } = await story.toProvider(url);
      const page = await story.decide(browser, provider, user.account);
      // The main calendar, which is the first one.
      const [, value = ''] = /name="calendar" value="([^"]+)" checked/.exec(page.html) ?? [];
      if (selection === 'choose') await browser.submit(page, [['calendar', value]]);
      return (await story.readSession(id)).calendar_ids;
    };
    const path = `/${randomUUID()}`;
    await stack.call('POST', '/webhooks', { url: receiver.urlOf(path), triggers: ['calendar.connected'] });
    const [main = ''] = await connect('primary');
    expect(await connect('choose')).toEqual([main]);
    const announced = () => receiver.received.filter((one) => one.path === path && one.payload.calendar_id === main);
    await waitUntil(() => announced().length === 2);
    expect(announced().map(({ payload }) => payload.data['is_reconnect'])).toEqual([false, true]);
    expect(await connect('all')).toEqual([main, expect.any(String)]);
    expect(await connect('primary')).toEqual([main]);
    const { body: calendar } = await stack.call('GET', `/calendars/${main}`);
    const { body: all } = await stack.call('GET', `/calendars?account_id=${calendar.account_id}`);
    expect(all.results).toHaveLength(2);
  },
);

it.each(platforms)('A list of calendars of %s that is refused says why', async (platform) => {
  const story = await createConnectStory(stack, platform);
  const refusals =
    platform === 'google'
      ? ([
          [googleFaults.accessNotConfigured, 'client_refused'],
          [googleFaults.scopeInsufficient, 'missing_scope'],
          [googleFaults.authError, 'code_refused'],
          [googleFaults.serviceUnavailable, 'provider_unavailable'],
        ] as const)
      : ([
          [microsoftFaults.mailboxNotEnabled, 'no_calendar'],
          [microsoftFaults.accessDenied, 'missing_scope'],
          [microsoftFaults.invalidAuthenticationToken, 'code_refused'],
          [microsoftFaults.serviceUnavailable, 'provider_unavailable'],
        ] as const);
  for (const [outcome, error] of refusals) {
    const user = story.user();
    user.answer('calendars', outcome);
    const { id, url } = await story.createSession({ selection: 'choose' });
    const { browser, provider } = await story.toProvider(url);
    const page = await story.decide(browser, provider, user.account);
    expect(page.html).toContain('Nothing was changed.');
    expect(await story.readSession(id)).toMatchObject({ status: 'failed', error, calendar_ids: [] });
  }
});

it('A calendar that another mailbox shares can be chosen at Microsoft, and is listed only if it can be read', async () => {
  const story = await createConnectStory(stack, 'microsoft');
  const user = story.user();
  const team = stack.microsoft.addAccount({ email: `team-of-${user.account.email}` });
  const shared = stack.microsoft.addCalendar(team, { name: 'Shared rota' });
  stack.microsoft.shareCalendar(shared, { reader: user.account as MicrosoftAccount });
  const start = new Date(stack.local.now() + 3_600_000).toISOString();
  const end = new Date(stack.local.now() + 7_200_000).toISOString();
  stack.microsoft.insertEvent(shared, { subject: 'On duty', start: { dateTime: start }, end: { dateTime: end } });
  const choiceWith = async (...granted: string[]) => {
    const { id, url } = await story.createSession({ selection: 'choose' });
    const { browser, provider } = await story.toProvider(url);
    return { id, browser, choice: await story.decide(browser, provider, { email: user.account.email, granted }) };
  };
  expect((await choiceWith('User.Read', 'Calendars.Read')).choice.html).not.toContain('Shared rota');

  const { id, browser, choice } = await choiceWith('User.Read', 'Calendars.Read', 'Calendars.Read.Shared');
  const [, value = ''] = /name="calendar" value="([^"]+)"> <span><bdi>Shared rota/.exec(choice.html) ?? [];
  await browser.goOn(await browser.submit(choice, [['calendar', value]]));
  const session = await story.readSession(id);
  expect(session).toMatchObject({ status: 'completed', calendar_ids: [expect.any(String)] });
  const [calendarId] = session.calendar_ids;
  await waitUntil(async () => {
    const { body } = await stack.call('GET', `/calendar_events?calendar_id=${calendarId}`);
    return body.results.some(({ name }: { name: string }) => name === 'On duty');
  });
});

it('A project that may not have all calendars: the page and the session say what is connected, and the user goes on later', async () => {
  const { projectId, apiKey } = await stack.createProject('nearly full');
  const headers = { authorization: `Token ${apiKey}`, 'content-type': 'application/json' };
  const call: typeof stack.call = async (method, path, body) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${stack.local.url}/api/v1${path}`, { method, headers, ...sent });
    return { status: answer.status, body: await answer.json() };
  };
  await setLimit(stack.table, projectId, 'calendars', 1);
  const story = await createConnectStory(stack, 'google', call);
  const user = story.user();
  stack.google.addCalendar(user.account as GoogleAccount, { id: `team-${user.calendar}` });
  const { id, url } = await story.createSession({ selection: 'choose', deduplication_key: 'ada' });
  const { browser, provider } = await story.toProvider(url);
  const chooseAll = async (choice: Awaited<ReturnType<typeof browser.submit>>) => {
    const values = [...choice.html.matchAll(/name="calendar" value="([^"]+)"/g)].map(([, value = '']) => value);
    expect(values).toHaveLength(2);
    const fields = values.map((value): [string, string] => ['calendar', value]);
    return browser.submit(choice, fields);
  };
  const refused = await chooseAll(await story.decide(browser, provider, user.account));
  expect([refused.status, titleOf(refused)]).toEqual([503, 'Ada & Co can connect no further calendar']);
  expect(refused.html).toContain('Connected so far: 1 calendar.');
  const failed = await story.readSession(id);
  expect(failed).toMatchObject({ status: 'failed', error: 'too_many_calendars', calendar_ids: [expect.any(String)] });
  const [calendarId] = failed.calendar_ids;
  expect((await call('GET', `/calendars/${calendarId}`)).body).toMatchObject({ deduplication_key: 'ada' });

  await setLimit(stack.table, projectId, 'calendars', null);
  stack.local.advanceClock(projectTimingMs.limitsMemory + 1_000);
  const again = await browser.goOn(await browser.submit(refused));
  const done = await chooseAll(await story.decide(browser, again, user.account));
  expect((await browser.goOn(done)).url).toBe(`${backUrl}&connect_session_id=${id}`);
  const completed = await story.readSession(id);
  expect(completed).toMatchObject({ status: 'completed', error: null, calendar_ids: [calendarId, expect.any(String)] });
});
