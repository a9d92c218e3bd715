import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../../local/runner/start-function-worker.ts';
import { createRealFunction } from './local-function.ts';

/** For a machine that is busy with other things; what is awaited normally takes milliseconds. */
const PATIENCE = { timeout: 20_000 };

let closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.map((close) => close()));
  closers = [];
});

const create = async (source: string, properties: Record<string, unknown> = {}) => {
  const created = await createRealFunction(source, properties);
  closers.push(created.close);
  return created;
};
const payloadOf = (result: InvocationResult): unknown => {
  if (!result.ok) throw new Error(`${result.error.errorType}: ${result.error.errorMessage}`);
  return JSON.parse(result.payload) as unknown;
};

describe('a function', () => {
  it("sees the template's environment and what Lambda sets, and nothing of this process", async () => {
    process.env['KALENDS_LEAK'] = 'secret';
    const { local } = await create('export const handler = async () => ({ ...process.env })', {
      Environment: { Variables: { TABLE_NAME: 'Table', KEY: '{{secret}}' } },
      MemorySize: 256,
    });
    const environment = payloadOf(await local.invoke({})) as Record<string, string>;
    delete process.env['KALENDS_LEAK'];
    expect(environment).toMatchObject({
      TABLE_NAME: 'Table',
      KEY: 'resolved',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'DoWork',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      _HANDLER: 'index.handler',
    });
    const foreign = Object.keys(environment).filter((name) => !/^(AWS_|LAMBDA_|LANG$|TZ$|_HANDLER$)/.test(name));
    expect(foreign.sort()).toEqual(['KEY', 'TABLE_NAME']);
  });

  it('runs a replaced bundle from the next invocation on, while a running invocation finishes with the old one', async () => {
    const { local, lines, directory } = await create(
      `export const handler = async () => {
        console.log('started');
        await new Promise((resolve) => setTimeout(resolve, 500));
        return 'old';
      }`,
    );
    const running = local.invoke({});
    await expect.poll(() => lines, PATIENCE).toContain('do-work: started');
    const replacement = join(directory, 'next');
    await mkdir(replacement);
    await writeFile(join(replacement, 'index.mjs'), "export const handler = async () => 'new';");
    local.replaceBundle(replacement);
    expect(payloadOf(await local.invoke({}))).toBe('new');
    expect(payloadOf(await running)).toBe('old');
    expect(payloadOf(await local.invoke({}))).toBe('new');
    await expect.poll(() => local.counts().workers, PATIENCE).toBe(1);
    expect(() => local.replaceBundle(join(directory, 'none'))).toThrow('no index.mjs');
  });

  it('gets event and context as Lambda gives them', async () => {
    const { local } = await create(
      `export const handler = async (event, context) =>
        ({ event, left: context.getRemainingTimeInMillis(), id: context.awsRequestId, arn: context.invokedFunctionArn })`,
      { Timeout: 7 },
    );
    const result = payloadOf(await local.invoke({ a: 1, gone: undefined, at: new Date(0) })) as Record<string, unknown>;
    expect(result['event']).toEqual({ a: 1, at: '1970-01-01T00:00:00.000Z' });
    expect(result['left']).toBeGreaterThan(5_000);
    expect(result['left']).toBeLessThanOrEqual(7_000);
    expect(result['id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(result['arn']).toBe(local.arn);
  });

  it('sees the local clock without knowing, and its time left does not shrink by a jump', async () => {
    const { local, clock } = await create(
      'export const handler = async (event, context) => [Date.now(), +new Date(), context.getRemainingTimeInMillis()]',
    );
    await local.invoke({});
    clock.advance(90_000_000);
    const [now, date, left] = payloadOf(await local.invoke({})) as [number, number, number];
    for (const seen of [now, date]) expect(Math.abs(seen - clock.now())).toBeLessThan(2_000);
    expect(left).toBeGreaterThan(1_000);
  });

  it('keeps its module between invocations and handles one at a time', async () => {
    const { local } = await create(
      `let count = 0, running = 0;
       export const handler = async () => {
         running += 1; await new Promise((done) => setTimeout(done, 20));
         const seen = running; running -= 1; count += 1; return { seen, count };
       }`,
    );
    payloadOf(await local.invoke({}));
    expect(payloadOf(await local.invoke({}))).toEqual({ seen: 1, count: 2 });
    const results = await Promise.all(Array.from({ length: 8 }, () => local.invoke({})));
    expect(results.map((result) => (payloadOf(result) as { seen: number }).seen)).toEqual(Array(8).fill(1));
    expect(local.counts().workers).toBeLessThanOrEqual(4);
  });

  it('is ended when it exceeds its time-out, even in an endless loop, and works again', async () => {
    const { local, lines } = await create('export const handler = async (event) => { while (event.loop); return 1; }', {
      Timeout: 1,
    });
    const result = await local.invoke({ loop: true });
    expect(result).toMatchObject({ ok: false, kind: 'timeout' });
    expect(lines.join()).toContain('do-work: Sandbox.Timedout: Task timed out after 1.00 seconds');
    expect(payloadOf(await local.invoke({}))).toBe(1);
  });

  it('reports what it throws, rejects and exits with, and what keeps it from loading', async () => {
    const { local } = await create(
      `export const handler = async (event) => {
         if (event.exit) process.exit(3);
         if (event.later) setTimeout(() => { throw new RangeError('late'); });
         if (event.later) return new Promise(() => {});
         throw new TypeError('thrown');
       }`,
    );
    expect(await local.invoke({})).toMatchObject({ error: { errorType: 'TypeError', errorMessage: 'thrown' } });
    expect(await local.invoke({ exit: 1 })).toMatchObject({ kind: 'error', error: { errorType: 'Runtime.ExitError' } });
    expect(await local.invoke({ later: 1 })).toMatchObject({ kind: 'error', error: { errorMessage: 'late' } });
    const broken = await create("import './missing.mjs'; export const handler = 1;");
    expect(await broken.local.invoke({})).toMatchObject({ ok: false, error: { errorMessage: /missing\.mjs/ } });
    const empty = await create('export const other = 1');
    expect(await empty.local.invoke({})).toMatchObject({ ok: false, error: { errorMessage: /function handler/ } });
  });

  it('may neither take nor give more than 6 MB', async () => {
    const { local } = await create("export const handler = async ({ size }) => 'x'.repeat(size)");
    const limit = 6 * 1024 * 1024;
    expect((await local.invoke({ size: limit - 2 })).ok).toBe(true);
    expect(await local.invoke({ size: limit - 1 })).toMatchObject({
      error: { errorType: 'Function.ResponseSizeTooLarge' },
    });
    expect(await local.invoke('x'.repeat(limit))).toMatchObject({ error: { errorType: 'RequestTooLarge' } });
  });

  it('has its lines logged under its name', async () => {
    const { local, lines } = await create(
      "export const handler = async () => { console.log('out'); console.error('err'); }",
    );
    await local.invoke({});
    await expect.poll(() => lines.length, PATIENCE).toBe(2);
    expect(lines.sort()).toEqual(['do-work: err', 'do-work: out']);
  });

  it('is refused when the template asks for what local mode does not do', async () => {
    await expect(create('', { VpcConfig: {} })).rejects.toThrow(/DoWork0A1B2C3D .*VpcConfig/);
    await expect(create('', { Runtime: 'python3.14' })).rejects.toThrow('Runtime');
  });
});

describe('the crash control', () => {
  let server: Server;
  let calls: string[] = [];
  beforeEach(async () => {
    calls = [];
    server = createServer((request, response) => {
      calls.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
    });
  });

  // Both ways calls leave a function: fetch, and node:http as in the AWS SDK.
  const source = `import { get } from 'node:http';
    const viaHttp = (url) => new Promise((resolve, reject) =>
      get(url, (answer) => answer.resume().on('end', resolve)).on('error', reject));
    export const handler = async ({ base, tell }) => {
      await (await fetch(base + '/1')).text();
      await viaHttp(base + '/2');
      await (await fetch(base + '/3')).text();
      await viaHttp(base + '/4');
      return 'done';
    }`;

  it.each([1, 2, 3, 4])('kills the next invocation once call %i is answered, and only that one', async (after) => {
    const { local } = await create(source);
    const event = { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    expect(payloadOf(await local.invoke(event))).toBe('done');
    calls = [];
    local.crashNext(after);
    expect(await local.invoke(event)).toMatchObject({ ok: false, kind: 'crash' });
    expect(calls).toEqual(['/1', '/2', '/3', '/4'].slice(0, after));
    expect(payloadOf(await local.invoke(event))).toBe('done');
    expect(local.counts()).toMatchObject({ invocations: 3, crashes: 1, failures: 0 });
  });

  it('does nothing to an invocation with fewer calls, nor to later ones', async () => {
    const { local } = await create(source);
    const event = { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    local.crashNext(5);
    expect(payloadOf(await local.invoke(event))).toBe('done');
    expect(payloadOf(await local.invoke(event))).toBe('done');
  });
});
