import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAsPrinted } from '../support/as-printed.ts';
import { createPlainBrowser, titleOf } from '../support/plain-browser.ts';
import { runDocBlock } from '../support/run-doc-block.ts';
import { type Demo, startDemo } from '../support/start-demo.ts';
import { waitUntil } from '../support/wait-until.ts';

let demo: Demo;
const folder = mkdtempSync(join(tmpdir(), 'kalends-demo-pages-'));
/** The shell of someone who has pasted what the demo printed. Ids of answers are added, as the pages say. */
const shell: Record<string, string> = {};

beforeAll(async () => {
  demo = startDemo({});
  await demo.seen('Ctrl-C ends everything');
  for (const [, line = ''] of demo.stdout().matchAll(/^ *export (.*)$/gm)) {
    for (const [, name = '', value = ''] of line.matchAll(/([A-Z_]+)=(\S+)/g)) shell[name] = value;
  }
}, 90_000);
afterAll(async () => {
  demo.signal('SIGTERM');
  await demo.exited;
  rmSync(folder, { recursive: true });
}, 30_000);

const run = (page: string, block: string) => runDocBlock(page, block, shell);

describe('with the values that the demo prints', () => {
  it('calendars, events and the change feed work', async () => {
    const calendar = await run('use/calendars.md', 'connect-calendar');
    shell['CALENDAR_ID'] = calendar.id;
    expect(await run('use/calendars.md', 'reconnect-calendar')).toMatchObject({ id: calendar.id });
    expect(await run('use/events.md', 'list-events-of-a-day')).toMatchObject({ previous: null });
    expect(await run('use/events.md', 'free-busy')).toMatchObject({ calendars: [{ calendar_id: calendar.id }] });
    const first = await run('freshness.md', 'read-first-changes');
    shell['NEXT'] = first.next_cursor;
    expect(first.results.length).toBeGreaterThan(0);
    expect(await run('freshness.md', 'read-next-changes')).toMatchObject({ has_more: expect.any(Boolean) });
  });

  it('the calendars of an account are listed and chosen', async () => {
    const { results } = await run('use/accounts.md', 'list-accounts');
    shell['ACCOUNT_ID'] = results.find((account: { platform: string }) => account.platform === 'google').id;
    expectAsPrinted(await run('use/accounts.md', 'list-account-calendars'), 'use/accounts.md', 'account-calendars');
    const { results: chosen } = await run('use/accounts.md', 'choose-calendars');
    expect(chosen.map((entry: { connected_as: string | null }) => entry.connected_as)).toEqual([
      expect.stringMatching(/^cal_/),
      expect.stringMatching(/^cal_/),
    ]);
  });

  it('a user connects calendars by a link', async () => {
    shell['OAUTH_APP_ID'] = (await run('use/connect.md', 'create-oauth-app')).id;
    expect(await run('use/connect.md', 'set-connect-settings')).toMatchObject({ name: 'Example Notes' });
    const session = await run('use/connect.md', 'create-session');
    expectAsPrinted({ ...session, url: session.url.replace(/:\d+/, ':4000') }, 'use/connect.md', 'session-link');
    shell['SESSION_ID'] = session.id;
    const browser = createPlainBrowser();
    const consent = await browser.goOn(await browser.submit(await browser.open(session.url)));
    const scope = 'https://www.googleapis.com/auth/calendar.readonly';
    const choice = await browser.submit(consent, [
      ['account', 'ada@example.com'],
      ['granted', scope],
      ['decision', 'allow'],
    ]);
    const [, box = ''] = /name="calendar" value="([^"]*)"/.exec(choice.html) ?? [];
    expect(titleOf(await browser.submit(choice, [['calendar', box]]))).toBe('Your calendar is connected');
    expectAsPrinted(await run('use/connect.md', 'read-session'), 'use/connect.md', 'completed-session');
  });

  it('an organization is connected, looked at, paused and removed', async () => {
    const page = 'use/organizations.md';
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    shell['KEY_FILE'] = join(folder, 'key.json');
    const file = {
      type: 'service_account',
      project_id: 'example',
      private_key_id: 'a'.repeat(40),
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'kalends@example.iam.gserviceaccount.com',
      client_id: '100000000000000000000',
      token_uri: 'https://oauth2.googleapis.com/token',
    };
    writeFileSync(shell['KEY_FILE'], JSON.stringify(file));
    expect(await run(page, 'connect-google-organization')).toMatchObject({ platform: 'google', state: 'running' });

    shell['ORGANIZATION_ID'] = (await run(page, 'connect-microsoft-organization')).id;
    let seen = await run(page, 'read-progress');
    await waitUntil(async () => {
      await fetch(`${shell['KALENDS_URL']}/_local/tick`, { method: 'POST' });
      seen = await run(page, 'read-progress');
      return seen.last_discovery_at !== null && seen.progress.waiting === 0;
    }, 30_000);
    expect(seen.progress).toEqual({ discovered: 2, connected: 1, waiting: 0, failed: { mailbox_unavailable: 1 } });
    const { results } = await run(page, 'list-failures');
    expect(results).toHaveLength(1);
    expectAsPrinted(results[0], page, 'failed-user');
    expect(await run(page, 'pause-organization')).toMatchObject({ state: 'paused' });
    expect(await run(page, 'delete-organization')).toBeNull();
  });

  it('rules are put, tried, and explained', async () => {
    expect((await run('bot-rules.md', 'put-rules')).rules).toHaveLength(3);
    const { results } = await run('bot-rules.md', 'dry-run');
    expect(results.length).toBeGreaterThan(0);
    const headers = { authorization: `Token ${shell['KEY']}` };
    const answer = await fetch(`${shell['API']}/bot_rules/dry_run?limit=100`, { headers });
    const { results: decisions } = (await answer.json()) as {
      results: { name: string; decision: string; calendar_event_id: string }[];
    };
    const call = decisions.find(({ name, decision }) => name.startsWith('Northwind: weekly') && decision === 'join');
    shell['EVENT_ID'] = call?.calendar_event_id ?? '';
    expectAsPrinted(await run('bot-rules.md', 'read-decision'), 'bot-rules.md', 'bot-decision');
  });

  it('bots are created, report their state, and get a runner', async () => {
    const { results } = await run('bots.md', 'list-next-meetings');
    shell['EVENT_ID'] = results[0].id;
    expectAsPrinted(await run('bots.md', 'create-bot'), 'bots.md', 'created-bot');
    const bot = await run('bots.md', 'create-bot-now');
    shell['BOT_ID'] = bot.id;
    await waitUntil(async () => (await run('bots.md', 'report-state')).state === 'joining');
    const secret = Buffer.from('secret '.repeat(5)).toString('base64');
    Object.assign(shell, { ATTENDEE_API_KEY: 'key', ATTENDEE_WEBHOOK_SECRET: secret });
    expect(await run('bots.md', 'use-attendee')).toMatchObject({ runner: 'attendee' });
    // No bot is handed off to that server.
    const headers = { authorization: `Token ${shell['KEY']}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ runner: 'eventbridge' });
    expect((await fetch(`${shell['API']}/bot_settings`, { method: 'PATCH', headers, body })).status).toBe(200);
  });
});
