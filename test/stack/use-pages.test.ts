import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocBlock } from '../support/read-doc-block.ts';
import { runDocBlock } from '../support/run-doc-block.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const stack = useStack();
const folder = mkdtempSync(join(tmpdir(), 'kalends-use-pages-'));
const running: ChildProcess[] = [];
const servers: Server[] = [];

/** Runs a program of a page. @returns the lines that it prints */
function start(page: string, name: string, env: Record<string, string>): string[] {
  writeFileSync(join(folder, name), readDocBlock(page, name));
  return startProgram([name], env);
}

function startProgram(program: string[], env: Record<string, string>): string[] {
  const lines: string[] = [];
  const child = spawn(process.execPath, program, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], env });
  child.stdout.setEncoding('utf8').on('data', (printed: string) => void lines.push(...printed.trim().split('\n')));
  running.push(child);
  return lines;
}

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const shell = (): Record<string, string> => ({ API: `${stack.local.url}/api/v1`, KEY: stack.local.apiKey });

afterAll(async () => {
  for (const child of running) child.kill();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

describe('the quick start', () => {
  it('lists events, registers the receiver of the page, and the receiver prints the next change', async () => {
    const user = stack.simulate('google');
    user.insert('standing', 1);
    await stack.connect(user);
    await waitUntil(async () => (await runDocBlock('use/quick-start.md', 'list-events', shell())).results.length > 0);
    const lines = start('use/quick-start.md', 'first-receiver.mjs', shell());
    await waitUntil(() => lines.includes('waiting for webhooks on port 4100'));
    expect(await runDocBlock('use/quick-start.md', 'create-webhook', shell())).toMatchObject({ is_active: true });
    user.insert('my first change', 1);
    await waitUntil(() => lines.some((line) => /^stored \S+ my first change$/.test(line)));
  });
});

describe('the pages about calendars, webhooks and the change feed', () => {
  let user: SimulatedUser;
  beforeAll(() => {
    user = stack.simulate('microsoft');
    user.insert('standing', 1);
  });

  it('connect a calendar and connect it again', async () => {
    const google = stack.simulate('google');
    const { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, refreshToken: REFRESH_TOKEN } = google.account;
    const env = { ...shell(), CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN };
    const calendar = await runDocBlock('use/calendars.md', 'connect-calendar', env);
    expect(calendar).toMatchObject({ state: 'connected', deduplication_key: 'user-17', metadata: { tenant: 'acme' } });
    const again = await runDocBlock('use/calendars.md', 'reconnect-calendar', { ...env, CALENDAR_ID: calendar.id });
    expect(again).toMatchObject({ id: calendar.id });
    const page = await runDocBlock('use/events.md', 'list-events-of-a-day', { ...env, CALENDAR_ID: calendar.id });
    expect(page).toEqual({ next: null, previous: null, results: [] });
    const busy = await runDocBlock('use/events.md', 'free-busy', { ...env, CALENDAR_ID: calendar.id });
    expect(busy).toMatchObject({ calendars: [{ calendar_id: calendar.id, busy: [] }] });
  });

  it('create, test, replay and rotate an endpoint, and read the change feed', async () => {
    const ENDPOINT = `${await listen(createServer((_request, response) => response.writeHead(204).end()))}/`;
    const webhook = await runDocBlock('use/webhooks.md', 'create-endpoint', { ...shell(), ENDPOINT });
    expect(webhook.secret).toMatch(/^whsec_/);
    const env = { ...shell(), WEBHOOK_ID: webhook.id, SINCE: new Date(Date.now() - 60_000).toISOString() };
    await runDocBlock('use/webhooks.md', 'test-endpoint', env);
    await waitUntil(async () => {
      const { results } = await runDocBlock('use/webhooks.md', 'list-deliveries', env);
      return results[0]?.status === 'delivered';
    });
    expect(await runDocBlock('use/webhooks.md', 'replay', env)).toMatchObject({});
    expect((await runDocBlock('use/webhooks.md', 'rotate-secret', env)).secret).not.toBe(webhook.secret);
    const ticks = await runDocBlock('use/webhooks.md', 'create-ticks', { ...env, ENDPOINT });
    expect(ticks).toMatchObject({ triggers: ['event.starting'], offsets_minutes: [10, 1] });
    await stack.connect(user);
    const page = async () => (await runDocBlock('use/changes.md', 'read-changes', shell())).results;
    await waitUntil(async () => (await page()).length > 0);
    expect((await page())[0]).toMatchObject({ type: 'created', event: { is_deleted: false } });
  });
});

describe('the note taker of examples/', () => {
  it('connects a calendar after the consent, and invites one bot to a new meeting', async () => {
    const user = stack.simulate('google');
    const provider = await listen(
      createServer((request, response) => void answerAsProvider(user.account.refreshToken, [])(request, response)),
    );
    const base = 'http://localhost:3913';
    const lines = startProgram([join(import.meta.dirname, '../../examples/note-taker/main.ts')], {
      KALENDS_URL: stack.local.url,
      KALENDS_API_KEY: stack.local.apiKey,
      PORT: '3913',
      GOOGLE_AUTHORIZE_URL: `${provider}/authorize`,
      GOOGLE_OAUTH_URL: provider,
      GOOGLE_CLIENT_ID: user.account.clientId,
      GOOGLE_CLIENT_SECRET: user.account.clientSecret,
    });
    await waitUntil(() => lines.length > 0, 20_000);
    const begin = await fetch(`${base}/connect/google`, { redirect: 'manual' });
    const state = new URL(begin.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const back = `${base}/callback/google?${new URLSearchParams({ code: 'one', state }).toString()}`;
    expect((await fetch(back, { redirect: 'manual' })).status).toBe(302);
    user.insert('Planning', 5, 'https://zoom.us/j/85746352410');
    await waitUntil(() => lines.some((line) => line.startsWith('invited to Planning')), 20_000);
    expect(await (await fetch(base)).text()).toMatch(/Planning \[bot\]/);
  });
});

describe('the program that exchanges the code', () => {
  it.each(['google', 'microsoft'] as const)('connects a calendar of %s after the consent, once', async (platform) => {
    const { account } = stack.simulate(platform);
    const asked: URLSearchParams[] = [];
    const provider = await listen(
      createServer((request, response) => void answerAsProvider(account.refreshToken, asked)(request, response)),
    );
    const port = platform === 'google' ? '3911' : '3912';
    const lines = start('use/exchange-the-code.md', 'connect.mjs', {
      KALENDS_URL: stack.local.url,
      KALENDS_API_KEY: stack.local.apiKey,
      PORT: port,
      GOOGLE_AUTHORIZE_URL: `${provider}/authorize`,
      GOOGLE_OAUTH_URL: provider,
      MICROSOFT_LOGIN_URL: provider,
      [`${platform.toUpperCase()}_CLIENT_ID`]: account.clientId,
      [`${platform.toUpperCase()}_CLIENT_SECRET`]: account.clientSecret,
    });
    await waitUntil(() => lines.length > 0);
    const begin = await fetch(`http://localhost:${port}/connect/${platform}`, { redirect: 'manual' });
    const consent = new URL(begin.headers.get('location') ?? '');
    expect(consent.searchParams.get('client_id')).toBe(account.clientId);
    const back = new URL(consent.searchParams.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code: 'one', state: consent.searchParams.get('state') ?? '' }).toString();
    expect(await (await fetch(back)).text()).toMatch(/^Connected: cal_/);
    expect(asked.map((form) => form.get('code'))).toEqual(['one']);
    expect((await fetch(back)).status).toBe(400);
  });
});

/** The token endpoint of a provider, for a code instead of a refresh token. */
const answerAsProvider =
  (refreshToken: string, asked: URLSearchParams[]) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    asked.push(form);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'a', refresh_token: refreshToken, expires_in: 3599 }));
  };
