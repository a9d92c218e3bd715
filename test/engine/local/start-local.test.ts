import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../local/runner/create-event-bus.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/runner/local-account.ts';
import { readLocalSettings } from '../../../local/settings.ts';
import { type LocalStack, startLocal } from '../../../local/start-local.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { miniOptions } from './mini-stack.ts';

/** For a machine that is busy with other things; what is awaited normally takes milliseconds. */
const PATIENCE = { timeout: 20_000 };

type Job = { at?: number; worked?: number; finished?: number; announced?: number };

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocal(miniOptions());
});
afterAll(() => stack.close());

const postJob = (id: string, url = stack.url): Promise<Response> => fetch(`${url}/jobs/${id}`, { method: 'POST' });
const getJob = async (id: string, url = stack.url): Promise<Job> =>
  (await (await fetch(`${url}/jobs/${id}`)).json()) as Job;
const control = async (path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${stack.url}/_local/${path}`, {
    method: 'POST',
    ...(text !== undefined && { body: text }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('a running local stack', () => {
  it('carries a request through API, table, queue, function, bus, rule and second queue', async () => {
    const heard: BusEvent[] = [];
    const stop = stack.onEvent((event) => heard.push(event));
    const response = await postJob('flow');
    expect(response.status).toBe(201);
    expect(await response.text()).toHaveLength(20);
    await expect.poll(() => getJob('flow'), PATIENCE).toMatchObject({ worked: 1, finished: 1, announced: 1 });
    stop();
    expect(heard.map(({ source, detail }) => [source, detail])).toEqual([['mini', { id: 'flow' }]]);
    await expect.poll(async () => (await stack.state()).idle, PATIENCE).toBe(true);
    expect(Object.keys(await stack.queueDepths()).sort()).toEqual(['Inbox', 'Work.fifo']);
  });

  it('has the table of the template, with its index and time to live', async () => {
    const endpoint = stack.dynamodbEndpoint;
    const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
    const { Table } = await client.send(new DescribeTableCommand({ TableName: stack.tableName }));
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: stack.tableName }));
    client.destroy();
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['by-owner']);
    expect(ttl.TimeToLiveDescription).toMatchObject({ AttributeName: 'expires_at', TimeToLiveStatus: 'ENABLED' });
  });

  it.each([1, 2, 3])('repeats the work of an invocation that was killed after call %i', async (after) => {
    const id = `crash-${after}`;
    expect(await control('crash', { function: 'work-job', after })).toMatchObject({ status: 200 });
    const crashes = async () => (await stack.state()).functions['work-job']?.crashes ?? 0;
    const before = await crashes();
    await postJob(id);
    await expect.poll(crashes, PATIENCE).toBe(before + 1);
    // The visibility time-out is a minute.
    await control('clock', { advance: 'PT1M' });
    await expect.poll(async () => (await getJob(id)).announced ?? 0, PATIENCE).toBe(after === 1 ? 1 : 2);
    await expect.poll(() => getJob(id), PATIENCE).toMatchObject({ worked: 2, finished: after === 3 ? 2 : 1 });
  });

  it('answers 500 when the API function is killed, and works again', async () => {
    stack.crash('serve-api', 1);
    const response = await postJob('api-crash');
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect((await postJob('api-crash')).status).toBe(201);
  });

  it('runs the minute rule on a tick, by the clock it was moved to', async () => {
    const before = stack.now();
    const moved = await control('clock', { advance: 'PT25H' });
    expect(Date.parse(String(moved.body['now']))).toBeGreaterThanOrEqual(before + 25 * 3_600_000);
    const ticked = await control('tick');
    expect(ticked).toMatchObject({
      status: 200,
      body: { rules: [{ rule: 'Minute', targets: [{ target: 'dispatch-due', ok: true }] }] },
    });
    const seen = JSON.stringify(ticked.body).match(/"now":(\d+)/)?.[1];
    expect(Math.abs(Number(seen) - stack.now())).toBeLessThan(5_000);
    await postJob('later');
    expect((await getJob('later')).at).toBeGreaterThanOrEqual(before + 25 * 3_600_000);
  });

  it.each([
    ['clock', { advance: 'tomorrow' }, 'ISO 8601'],
    ['clock', { advance: '-PT1H' }, 'forward'],
    ['clock', {}, 'must look like'],
    ['clock', '{', 'must look like'],
    ['crash', { function: 'no-such', after: 1 }, 'there are serve-api, work-job, listen, dispatch-due'],
    ['crash', { function: 'work-job', after: 0 }, 'whole number'],
    ['crash', { function: 'work-job', after: 1.5 }, 'whole number'],
  ])('refuses the control input %s %j with the reason', async (path, body, reason) => {
    const answer = await control(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toContain(reason);
  });

  it('refuses its controls to every request through a public address', async () => {
    const statusFor = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { method: 'POST', path: '/_local/tick', headers };
        request(stack.url, options, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await statusFor({})).toBe(200);
    expect(await statusFor({ host: 'kalends.example.com' })).toBe(404);
    expect(await statusFor({ 'x-forwarded-for': '203.0.113.9' })).toBe(404);
    expect(await statusFor({ origin: 'https://example.com' })).toBe(404);
  });
});

describe('a data directory', () => {
  it('keeps rows, queued messages, secrets, key and clock over a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kalends-data-'));
    try {
      const environment = { KALENDS_DATA_DIR: dataDir };
      const paused = { WorkMapping: { Type: 'AWS::IAM::Policy' } };
      const first = await startLocal(miniOptions({ ...environment, KALENDS_API_KEY: 'my-key' }, paused));
      const secret = await (await postJob('kept', first.url)).text();
      first.advanceClock(3_600_000);
      await first.close();

      const second = await startLocal(miniOptions(environment));
      try {
        await expect.poll(() => getJob('kept', second.url), PATIENCE).toMatchObject({ worked: 1, announced: 1 });
        expect(await (await postJob('again', second.url)).text()).toBe(secret);
        expect(second.apiKey).toBe('my-key');
        expect(second.now() - Date.now()).toBeGreaterThan(3_500_000);
      } finally {
        await second.close();
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('a start that fails', () => {
  it("shows the app's own error when the stack cannot be synthesized, and frees the port", async () => {
    const options = miniOptions();
    const bad = {
      ...options,
      synthesize: (outdir: string) => synthesize(outdir, { noSuchSetting: true }, AbortSignal.timeout(20_000)),
    };
    const { port } = new URL(stack.url);
    await expect(startLocal(bad)).rejects.toThrow(/^the stack cannot be synthesized:[^]*noSuchSetting/);
    await expect(startLocal({ ...bad, settings: { ...bad.settings, port: Number(port) } })).rejects.toThrow(
      `port ${port} is already in use`,
    );
  });

  it('names the resource that cannot be run', async () => {
    const stream = { Type: 'AWS::Kinesis::Stream' };
    await expect(startLocal(miniOptions({}, { Stream: stream }))).rejects.toThrow('AWS::Kinesis::Stream');
  });
});

describe('settings', () => {
  it('have the documented defaults', () => {
    expect(readLocalSettings({ KALENDS_API_KEY: '' })).toEqual({
      port: 4000,
      googleApiUrl: 'https://www.googleapis.com',
      googleAuthUrl: 'https://accounts.google.com',
      googleOauthUrl: 'https://oauth2.googleapis.com',
      microsoftGraphUrl: 'https://graph.microsoft.com',
      microsoftLoginUrl: 'https://login.microsoftonline.com',
    });
  });

  it('lose trailing slashes and name what is wrong', () => {
    expect(readLocalSettings({ GOOGLE_API_URL: 'http://127.0.0.1:9/g/' }).googleApiUrl).toBe('http://127.0.0.1:9/g');
    expect(() => readLocalSettings({ PORT: 'many', KALENDS_PUBLIC_URL: 'ftp://x' })).toThrow(
      /PORT must be a port number.*KALENDS_PUBLIC_URL must be an http/,
    );
  });
});
