import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { type ReceivedWebhook, startWebhookReceiver } from '../../local/demo/webhook-receiver.ts';
import { type Demo, startDemo as start } from '../support/start-demo.ts';

const isUp = 'Ctrl-C ends everything';

const running: Demo[] = [];
const startDemo = (env: Record<string, string>): Demo => {
  const demo = start(env);
  running.push(demo);
  return demo;
};

afterEach(() => {
  for (const demo of running.splice(0)) demo.signal('SIGKILL');
});

/** Command lines of all living processes that a demo has started, itself included; Linux only, empty elsewhere. */
async function findProcesses({ mark }: Demo): Promise<string[]> {
  const found: string[] = [];
  for (const id of await readdir('/proc').catch(() => [])) {
    const read = (name: string): Promise<string> => readFile(`/proc/${id}/${name}`, 'utf8').catch(() => '');
    if (/^\d+$/.test(id) && (await read('environ')).includes(mark)) found.push(await read('cmdline'));
  }
  return found;
}

/** The engine is killed through a watchdog process, so its end may be a moment after the demo's. */
async function expectNothingLeft(demo: Demo): Promise<void> {
  for (let wait = 0; wait < 20 && (await findProcesses(demo)).length > 0; wait += 1) await sleep(100);
  expect(await findProcesses(demo)).toEqual([]);
}

/** Runs a command as someone who pastes it does. */
const paste = (command: string): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    execFile('bash', ['-c', command], (error, stdout) => {
      if (error) reject(error);
      else resolve(JSON.parse(stdout) as Record<string, unknown>);
    });
  });

const printedCommands = (stdout: string): string[] =>
  [...stdout.matchAll(/^ {4}(curl (?:.*\\\n)*.*)$/gm)].map(([, command = '']) => command);

test('the demo shows three changes on their way, its curl lines work as they stand, and nothing is left', async () => {
  const demo = startDemo({ KALENDS_DEMO_CHANGES: '3' });
  await demo.seen('starting');
  expect(demo.stdout()).not.toContain(isUp);
  await demo.seen(isUp);
  const hasEngine = (await findProcesses(demo)).some((line) => line.startsWith('java'));
  expect(hasEngine).toBe(process.platform === 'linux');

  expect(demo.stdout()).toMatch(/^ {4}export API=http:\/\/127\.0\.0\.1:\d+\/api\/v1 KEY=demo-key$/m);
  const commands = printedCommands(demo.stdout());
  expect(commands).toHaveLength(6);
  const [calendars, events, googleChange, microsoftChange, webhook, openapi] = await Promise.all(commands.map(paste));
  const connected = (calendars?.results ?? []) as { platform: string; state: string; deduplication_key: string }[];
  expect(connected.map((one) => `${one.deduplication_key}: ${one.platform}, ${one.state}`).sort()).toEqual([
    'ada: google, connected',
    'ben: microsoft, connected',
  ]);
  const names = ((events?.results ?? []) as { name: string }[]).map(({ name }) => name);
  expect(names).toContain('Daily standup');
  expect(googleChange).toMatchObject({ calendar: 'ada@example.com', id: expect.any(String) });
  expect(microsoftChange).toMatchObject({ calendar: expect.stringMatching(/^AAMk/), id: expect.any(String) });
  expect(webhook).toMatchObject({ url: expect.stringContaining('/yours'), secret: expect.stringMatching(/^whsec_/) });
  expect(openapi).toMatchObject({ openapi: '3.1.0' });
  await demo.seen('your endpoint /yours received calendar.events_update');

  expect(await demo.exited).toBe(0);
  const text = demo.stdout();
  expect(demo.stderr()).toBe('');
  const steps =
    / {10}push [\d.]+ m?s → sync [\d.]+ m?s → webhook [\d.]+ m?s signed ✓ → read [\d.]+ m?s = [\d.]+ m?s in total/g;
  // Three of the demo's own, and the two made with curl.
  expect(text.match(steps)).toHaveLength(5);
  for (const person of ['Ada', 'Ben'])
    expect(text).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}${person} [a-z]+ `, 'm'));
  for (const [person, name] of [
    ['Ada', 'Lunch with you'],
    ['Ben', 'Coffee with you'],
  ]) {
    expect(text).toContain(`Your change of ${person}'s calendar: "${name}"`);
    expect(text).toMatch(new RegExp(`read: "${name}", .*, zoom$`, 'm'));
  }
  expect(text).toMatch(/^ {2}Google {4}http:.*\n {12}ada@example\.com: \d\d events, first sync/m);
  expect(text).toMatch(/^ {2}Microsoft http:.*\n {12}ben@example\.com: \d\d events, first sync/m);
  expect(text).toMatch(/^5 changes in .*, all arrived\. Change → webhook: p50 .* p95 .*\.$/m);
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/\u001b/);
  await expectNothingLeft(demo);
}, 120_000);

test('Ctrl-C ends it with a summary, without an error and without a process left', async () => {
  const demo = startDemo({});
  await demo.seen(' in total');
  demo.signal('SIGINT');
  expect(await demo.exited).toBe(0);
  expect(demo.stdout()).toMatch(/^\d+ changes? in .*, all arrived\./m);
  expect(demo.stderr()).toBe('');
  await expectNothingLeft(demo);
}, 120_000);

test('Ctrl-C while it is starting ends it just as well', async () => {
  const demo = startDemo({});
  await demo.seen('starting');
  await sleep(1000);
  demo.signal('SIGINT');
  expect(await demo.exited).toBe(0);
  expect(demo.stdout()).not.toContain(isUp);
  expect(demo.stderr()).toBe('');
  await expectNothingLeft(demo);
}, 120_000);

test('a busy port is one clear line', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const demo = startDemo({ PORT: String(port) });
  expect(await demo.exited).toBe(1);
  server.close();
  expect(demo.stderr()).toBe(
    `port ${port} is already in use: end the program that holds it or set PORT to another one\n`,
  );
  await expectNothingLeft(demo);
}, 120_000);

test('the demo says "signed" only of webhooks whose both signatures fit', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = JSON.stringify({
    idempotency_key: 'key',
    calendar_id: 'cal',
    trigger: 'calendar.events_update',
    data: {},
  });
  const sign = (signedAt: Date): Record<string, string> => ({
    'x-webhook-signature': createHmac('sha256', Buffer.alloc(32, 7)).update(body).digest('base64'),
    'webhook-id': 'key',
    'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('key', signedAt, body),
  });
  const genuine = sign(new Date());
  const other = 'A'.repeat(43);
  const receiver = await startWebhookReceiver();
  receiver.verifyWith('/kalends', secret);
  const received: ReceivedWebhook[] = [];
  receiver.onWebhook((webhook) => received.push(webhook));
  const post = async (headers: Record<string, string>, text = body): Promise<number> =>
    (await fetch(`${receiver.url}/kalends`, { method: 'POST', headers, body: text })).status;
  try {
    expect(await post(genuine)).toBe(204);
    expect(await post(genuine, body.replace('"cal"', '"CAL"'))).toBe(400);
    expect(await post({ ...genuine, 'x-webhook-signature': `${other}=` })).toBe(400);
    expect(await post({ ...genuine, 'webhook-signature': `v1,${other}=` })).toBe(400);
    expect(await post({ ...genuine, 'webhook-id': 'yek' })).toBe(400);
    expect(await post(sign(new Date(Date.now() - 3_600_000)))).toBe(400);
    expect(await post({})).toBe(400);
    expect(received.map(({ isGenuine }) => isGenuine)).toEqual([true, false, false, false, false, false, false]);
  } finally {
    await receiver.close();
  }
});
