import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CalendarEvent,
  type CursorStore,
  consumeChanges,
  createKalends,
  type EventChange,
  type Kalends,
  NotFoundError,
  ValidationError,
  verifyWebhook,
  type WebhookPayload,
} from '../../clients/typescript/src/index.ts';
import { encodeWebhook, signWebhook } from '../../shared/webhooks/sign.ts';
import { useClientPrograms } from '../support/client-programs.ts';
import {
  type ClientReport,
  findClientGenerator,
  generatedClients,
  makeClientFolder,
} from '../support/generated-clients.ts';
import { findCommand } from '../support/run-generator.ts';
import { type SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack, useWebhookReceiver } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { createNotification } from '../support/webhook-fixtures.ts';

const receiver = useWebhookReceiver();
const stack = useStack();
let kalends: Kalends;
let user: SimulatedUser;
let calendarId: string;

beforeAll(async () => {
  kalends = createKalends({ url: stack.local.url, apiKey: stack.local.apiKey });
  user = stack.simulate('google');
  user.insertMany(Array.from({ length: 120 }, (_none, index) => ({ name: `meeting ${index}`, hours: 1 + index })));
  const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = user.account;
  const calendar = await kalends.calendars.create(
    { platform: 'google', client_id, client_secret, refresh_token, deduplication_key: 'client', metadata: { a: 'b' } },
    { verify: true },
  );
  calendarId = calendar.id;
  const count = async () => (await kalends.events.list({ calendar_id: calendarId }).first()).results.length;
  await waitUntil(async () => (await count()) === 100, 30_000);
});

describe('The TypeScript client', () => {
  it('lists over pages, gets, changes and answers errors by their classes', async () => {
    const names = new Set<string | null>();
    for await (const event of kalends.events.list({ calendar_id: calendarId, ordering: 'start_time' })) {
      names.add(event.name);
    }
    expect(names.size).toBe(120);
    const { results } = await kalends.events.list({ calendar_id: calendarId, ordering: 'start_time' }).first();
    const [first] = results as [CalendarEvent];
    expect((await kalends.events.get(first.id)).name).toBe('meeting 0');
    expect((await kalends.calendars.update(calendarId, { metadata: { a: 'c' } })).metadata).toEqual({ a: 'c' });
    expect((await kalends.calendars.health(calendarId)).push_status).toBeTypeOf('string');
    await expect(kalends.bots.get('bot_0000000000000000')).rejects.toBeInstanceOf(NotFoundError);
    const bot = kalends.bots.create({ calendar_event_id: first.id, bot_name: '' });
    await expect(bot).rejects.toBeInstanceOf(ValidationError);
  });

  it('refuses a filter that the API does not know', async () => {
    const misspelt = { dedup_key: 'user-17' } as object;
    const refused = await kalends.calendars
      .list(misspelt)
      .first()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ValidationError);
    expect((refused as ValidationError).message).toContain('Unexpected parameter(s): dedup_key');
  });

  it('names the object that has a used key', async () => {
    const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = user.account;
    const taken = kalends.calendars.create({
      platform: 'google',
      client_id,
      client_secret,
      refresh_token,
      deduplication_key: 'client',
    });
    await expect(taken).rejects.toMatchObject({ name: 'ValidationError', existingId: calendarId });
    const invalid = kalends.bots.create({ bot_name: '' });
    await expect(invalid).rejects.toMatchObject({ name: 'ValidationError', existingId: null });
  });

  it('reads when calendars and people are busy', async () => {
    const [from, to] = [new Date(), new Date(Date.now() + 7 * 86_400_000)];
    const busy = await kalends.freeBusy({ from, to, calendar_ids: [calendarId, 'cal_other'] });
    expect(busy).toMatchObject({ calendars: [{ calendar_id: calendarId }], unknown: ['cal_other'] });
    const email = busy.calendars[0]?.account_email ?? '';
    const people = await kalends.freeBusy({ from: from.toISOString(), to, attendees: [email] });
    expect(people.calendars[0]?.busy.length).toBeGreaterThan(0);
  });

  it('schedules a bot, lists it and deletes it', async () => {
    const join_at = new Date(Date.now() + 3_600_000).toISOString();
    const bot = await kalends.bots.create({
      meeting_url: 'https://zoom.us/j/85746352410',
      bot_name: 'Recorder',
      join_at,
    });
    const listed: string[] = [];
    for await (const { id } of kalends.bots.list({ states: ['scheduled'] })) listed.push(id);
    expect(listed).toContain(bot.id);
    await kalends.bots.delete(bot.id);
    await expect(kalends.bots.get(bot.id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('verifies a webhook that Kalends has sent, and narrows its type by the trigger', async () => {
    const { id, secret } = await kalends.webhooks.create({ url: receiver.url, triggers: ['calendar.*'] });
    receiver.trust(secret);
    user.insert('a new one', 2);
    const { headers, body } = await receiver.waitFor(({ payload }) => payload.trigger === 'calendar.events_update');
    const payload: WebhookPayload = verifyWebhook({ secret, headers, body });
    if (payload.trigger !== 'calendar.events_update') throw new Error('another trigger');
    const { results } = await kalends.events
      .list({ calendar_id: calendarId, updated_at_gte: payload.data.since })
      .first();
    expect(results.map(({ name }) => name)).toEqual(['a new one']);
    await waitUntil(async () => (await kalends.webhooks.deliveries(id).first()).results[0]?.status === 'delivered');
  });

  it('reads the change feed, and a consumer that crashes misses nothing', async () => {
    let saved: string | null = null;
    const cursor: CursorStore = {
      load: async () => saved,
      save: async (next) => {
        saved = next;
      },
    };
    const applied = new Map<string, EventChange>();
    const stop = new AbortController();
    const consume = (apply: (changes: EventChange[]) => Promise<void>) =>
      consumeChanges(kalends, { cursor, apply, calendarId, pauseMs: 100, signal: stop.signal });
    let crashes = 0;
    await expect(
      consume(async () => {
        crashes += 1;
        throw new Error('the database is away');
      }),
    ).rejects.toThrow('the database is away');
    const running = consume(async (changes) => {
      for (const change of changes) applied.set(change.event.id, change);
    });
    await waitUntil(() => applied.size >= 121, 30_000);
    user.insert('while it runs', 3);
    await waitUntil(() => [...applied.values()].some(({ event }) => event.name === 'while it runs'), 30_000);
    stop.abort();
    await running;
    expect(crashes).toBe(1);
  });
});

const python = findCommand('python3');
const clients = join(import.meta.dirname, '../../clients');

describe('The programs of the page about clients', () => {
  const programs = useClientPrograms(() => stack.local);

  it.for([
    [process.execPath, 'events.mjs', 'in JavaScript'],
    [python, 'events.py', 'in Python'],
  ] as const)(
    'print the events, and each change: $2',
    { timeout: 60_000 },
    async ([command, name, title], { skip }) => {
      if (command === null) return skip('python3 is not installed');
      const printed = programs.start(command, name);
      await waitUntil(() => /^\d{4}-\S+ meeting 119$/m.test(printed()), 30_000);
      user.insert(`seen ${title}`, 5);
      await waitUntil(() => new RegExp(`^created \\S+ seen ${title}$`, 'm').test(printed()), 30_000);
    },
  );

  it.for([
    [process.execPath, 'note-taker.mts', '4201'],
    [python, 'note_taker.py', '4202'],
  ] as const)(
    'connect a calendar, verify its webhooks, and invite a bot to a meeting: $1',
    { timeout: 60_000 },
    async ([command, name, PORT], { skip }) => {
      if (command === null) return skip('python3 is not installed');
      const taker = stack.simulate('google');
      taker.insert('Planning', 5, 'https://zoom.us/j/85746352410');
      const { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, refreshToken: REFRESH_TOKEN } = taker.account;
      const printed = programs.start(command, name, { CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, PORT });
      await waitUntil(() => /^invited to Planning \d{4}-/m.test(printed()), 30_000);
      await waitUntil(() => /^created since \d{4}-\S+ 1$/m.test(printed()), 30_000);
    },
  );

  it('have no faults that a strict compiler finds', { timeout: 60_000 }, async () => {
    const name = 'note-taker.mts';
    const folder = programs.write(name);
    const modules = join(clients, '../node_modules');
    const flags = '--noEmit --strict --module nodenext --target es2024 --allowImportingTsExtensions --types node'.split(
      ' ',
    );
    const command = [join(modules, '.bin/tsc'), ...flags, '--typeRoots', join(modules, '@types'), name];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder }).catch((error) => error);
    expect(stdout).toBe('');
  });
});

describe('The Python client', () => {
  it('passes its tests against this stack', { timeout: 60_000 }, async ({ skip }) => {
    if (python === null) return skip('python3 is not installed');
    const folder = join(clients, 'python');
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const { payload } = createNotification();
    const [body, now] = [encodeWebhook(payload), Date.now()];
    const headers = signWebhook({ id: payload.idempotency_key, now, body }, [secret]);
    const { stderr } = await promisify(execFile)(python, ['-m', 'unittest', 'discover', '-s', 'tests'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        PYTHONPATH: join(folder, 'src'),
        PYTHONDONTWRITEBYTECODE: '1',
        KALENDS_URL: stack.local.url,
        KALENDS_API_KEY: stack.local.apiKey,
        CALENDAR_ID: calendarId,
        TZ: 'Asia/Kolkata',
        SIGNED: JSON.stringify({ secret, headers, body: body.toString(), now }),
      },
    });
    const texts = readdirSync(join(folder, 'tests')).map((name) => readFileSync(join(folder, 'tests', name), 'utf8'));
    const tests = texts.flatMap((text) => text.match(/^ {4}def test_/gm) ?? []);
    expect(stderr).toMatch(new RegExp(`^Ran ${tests.length} tests[^]*OK$`, 'm'));
  });
});

describe('A client that a generator makes of GET /openapi.json', () => {
  it.for(generatedClients)(
    'compiles, lists over pages, changes a calendar and creates an endpoint: $generator',
    { timeout: 180_000 },
    async (client, { skip }) => {
      const generator = findClientGenerator(client);
      if (generator === null) return skip(`${client.generator} is not installed (npm run generators)`);
      const folder = makeClientFolder(await (await fetch(`${stack.local.url}/openapi.json`)).text());
      await client.build(folder, generator);
      if (client.run === undefined) return;
      const path = `/${client.generator}`;
      const { url: KALENDS_URL, apiKey: KALENDS_API_KEY } = stack.local;
      const env = { KALENDS_URL, KALENDS_API_KEY, CALENDAR_ID: calendarId, RECEIVER: receiver.urlOf(path) };
      const report = JSON.parse(await client.run(folder, env, generator)) as ClientReport;
      expect(report.names.length).toBeGreaterThanOrEqual(120);
      expect(report.names.filter((name) => name?.startsWith('meeting '))).toEqual(
        Array.from({ length: 120 }, (_none, index) => `meeting ${index}`),
      );
      expect(report.pages).toBe(Math.ceil(report.names.length / 50));
      expect(report.metadata).toEqual({ made: `by ${client.generator}` });
      expect(report.missing).toBe('Calendar not found');
      expect(report.secret).toMatch(/^whsec_/);
      receiver.trust(report.secret);
      user.insert(`for ${client.generator}`, 4);
      await receiver.waitFor((webhook) => webhook.path === path);
    },
  );
});
