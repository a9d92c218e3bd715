import type { LookupAddress } from 'node:dns';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createPostWebhook } from '../../../shared/webhooks/post-webhook.ts';
import { say, startReceiver } from './start-receiver.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function receive(answer: RequestListener) {
  const receiver = await startReceiver(answer);
  closers.push(receiver.close);
  return receiver;
}

const at = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

interface World {
  allowLoopback?: boolean;
  ports?: number[];
  timeoutMs?: number;
  /** Addresses of the host name at the first look-up, the second, …; the last entry counts for all later ones. */
  answers?: LookupAddress[][];
}

function createPost({
  allowLoopback = true,
  ports = [443],
  timeoutMs = 5000,
  answers = [at('127.0.0.1')],
}: World = {}) {
  const asked: string[] = [];
  const post = createPostWebhook({
    allowLoopback,
    ports,
    timeoutMs,
    resolve: (hostname) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(hostname);
      return Promise.resolve(answer);
    },
  });
  return { asked, post: (url: string) => post(url, { 'X-Webhook-Signature': 'abc=' }, Buffer.from('{"a":"é"}')) };
}

describe('posting a webhook', () => {
  it('sends exactly the given bytes and headers, once', async () => {
    const receiver = await receive(say(204));
    const answer = await createPost().post(`${receiver.url}/hook?a=b`);
    expect(answer).toMatchObject({ status: 204, error: null, text: '' });
    expect(receiver.received).toHaveLength(1);
    const [{ path, headers, body } = { path: '', headers: {}, body: Buffer.of() }] = receiver.received;
    expect(path).toBe('/hook?a=b');
    expect(body.toString()).toBe('{"a":"é"}');
    expect(headers).toMatchObject({
      'x-webhook-signature': 'abc=',
      'content-length': '10',
      host: `127.0.0.1:${receiver.port}`,
    });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect with %i', async (status) => {
    const target = await receive(say(200));
    const receiver = await receive(say(status, { location: target.url, refresh: `0; url=${target.url}` }));
    expect(await createPost().post(receiver.url)).toMatchObject({ status, error: null });
    expect(receiver.received).toHaveLength(1);
    expect(target.received).toEqual([]);
  });

  // Regression: an answer that switches protocols emitted neither answer nor error nor time-out, and the delivery hung
  // until its function was stopped.
  it('treats an answer that switches protocols as a failure', async () => {
    const receiver = await receive((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n');
    });
    expect(await createPost({ timeoutMs: 1000 }).post(receiver.url)).toMatchObject({ status: 101, error: null });
  });

  it('times out when the receiver sends nothing but interim answers', async () => {
    const receiver = await receive((request) => {
      const timer = setInterval(() => request.socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 20);
      request.socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    });
    expect(await createPost({ timeoutMs: 200 }).post(receiver.url)).toMatchObject({ status: null, error: 'TIMEOUT' });
  });

  it('fails when the headers of the answer never end', async () => {
    const receiver = await receive((request) => {
      request.socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => request.socket.write(`x: ${'a'.repeat(4000)}\r\n`), 1);
      request.socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    });
    expect(await createPost().post(receiver.url)).toMatchObject({ status: null, error: 'HPE_HEADER_OVERFLOW' });
  });

  it('returns status, Retry-After and the beginning of the answer', async () => {
    const receiver = await receive(say(429, { 'retry-after': '30' }, 'é'.repeat(2000)));
    const answer = await createPost().post(receiver.url);
    expect(answer).toMatchObject({ status: 429, retryAfter: '30', text: 'é'.repeat(500) });
  });

  it('stops reading an endless answer', async () => {
    let written = 0;
    const receiver = await receive((_request, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) written += 65_536;
      };
      response.on('drain', write);
      write();
    });
    expect(await createPost().post(receiver.url)).toMatchObject({ status: 200, text: 'x'.repeat(500) });
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('accepts the status of an answer whose body never comes', async () => {
    const receiver = await receive((_request, response) => void response.writeHead(200).write('ok'));
    const answer = await createPost({ timeoutMs: 200 }).post(receiver.url);
    expect(answer).toMatchObject({ status: 200, text: 'ok', error: null });
  });

  it('times out when the receiver does not answer', async () => {
    const receiver = await receive(() => undefined);
    const answer = await createPost({ timeoutMs: 200 }).post(receiver.url);
    expect(answer).toMatchObject({ status: null, error: 'TIMEOUT' });
    expect(answer.durationMs).toBeGreaterThanOrEqual(199);
    expect(answer.durationMs).toBeLessThan(2000);
  });

  it('times out when the name is not resolved', async () => {
    const post = createPostWebhook({
      allowLoopback: false,
      ports: [443],
      timeoutMs: 100,
      resolve: () => new Promise(() => undefined),
    });
    const answer = await post('https://example.com/', {}, Buffer.of());
    expect(answer).toMatchObject({ status: null, error: 'TIMEOUT' });
  });

  it('returns the code of the error when there was no answer', async () => {
    const receiver = await receive((request) => void request.socket.destroy());
    expect(await createPost().post(receiver.url)).toMatchObject({ status: null, error: 'ECONNRESET' });
    await receiver.close();
    closers.pop();
    expect(await createPost().post(receiver.url)).toMatchObject({ status: null, error: 'ECONNREFUSED' });
    expect(await createPost({ answers: [[]] }).post('https://example.com')).toMatchObject({ error: 'ENOTFOUND' });
  });

  it('fails at an https endpoint without TLS', async () => {
    const receiver = await receive(say(200));
    const { post } = createPost({ ports: [receiver.port] });
    const answer = await post(`https://example.com:${receiver.port}/`);
    expect(answer.status).toBeNull();
    expect(answer.error).toMatch(/^ERR_SSL_|^EPROTO$/);
    expect(receiver.received).toEqual([]);
  });
});

describe('the check of the address', () => {
  it.each([
    ['private', at('10.0.0.1')],
    ['cloud metadata', at('169.254.169.254')],
    ['loopback', at('127.0.0.1')],
    ['loopback', at('::1')],
    ['unique-local', at('fd00::1')],
    ['IPv4-mapped', at('::ffff:127.0.0.1')],
    ['NAT64', at('64:ff9b::7f00:1')],
    ['a zone', at('fe80::1%lo')],
    ['no address', at('localhost')],
    ['private after public ones', at('93.184.215.14', '2606:2800:21f::1', '10.0.0.1')],
    ['private among public ones', at('93.184.215.14', '2606:2800:21f::1', '192.168.0.1')],
  ])('refuses a name that resolves to %s', async (_kind, addresses) => {
    const receiver = await receive(say(200));
    const { post } = createPost({ allowLoopback: false, ports: [receiver.port], answers: [addresses] });
    const answer = await post(`https://hooks.example.com:${receiver.port}/`);
    expect(answer).toMatchObject({ status: null, error: 'ADDRESS_REFUSED' });
    expect(receiver.received).toEqual([]);
  });

  it.each(['http://127.0.0.1', 'http://[::ffff:127.0.0.1]', 'http://localhost', 'https://2130706433'])(
    'refuses %s without resolving it',
    async (origin) => {
      const receiver = await receive(say(200));
      const { post, asked } = createPost({ allowLoopback: false, ports: [receiver.port] });
      expect(await post(`${origin}:${receiver.port}/`)).toMatchObject({ status: null, error: 'ADDRESS_REFUSED' });
      expect(receiver.received).toEqual([]);
      expect(asked).toEqual([]);
    },
  );

  it('refuses a port that is not allowed', async () => {
    const receiver = await receive(say(200));
    const { post, asked } = createPost();
    const answer = await post(`https://hooks.example.com:${receiver.port}/`);
    expect(answer).toMatchObject({ status: null, error: 'ADDRESS_REFUSED' });
    expect([asked, receiver.received]).toEqual([[], []]);
  });

  it('refuses other private addresses where loopback is allowed', async () => {
    const { post } = createPost({ answers: [at('10.0.0.1')] });
    expect(await post('http://hooks.localhost/')).toMatchObject({ status: null, error: 'ADDRESS_REFUSED' });
  });

  it('connects to the checked address, even when the name resolves to another one a moment later', async () => {
    const receiver = await receive(say(200));
    const { post, asked } = createPost({ answers: [at('127.0.0.1'), at('10.0.0.1')] });
    expect(await post(`http://hooks.localhost:${receiver.port}/`)).toMatchObject({ status: 200 });
    expect(asked).toEqual(['hooks.localhost']);
    expect(receiver.received[0]?.headers.host).toBe(`hooks.localhost:${receiver.port}`);
  });

  it('connects to no unchecked address when the checked ones do not answer', async () => {
    const receiver = await receive(say(200));
    const { post, asked } = createPost({ answers: [at('127.0.0.2', '127.0.0.3'), at('127.0.0.1')] });
    const answer = await post(`http://hooks.localhost:${receiver.port}/`);
    expect(answer).toMatchObject({ status: null, error: 'ECONNREFUSED' });
    expect(asked).toEqual(['hooks.localhost']);
    expect(receiver.received).toEqual([]);
  });

  it('resolves the name again for every delivery', async () => {
    const receiver = await receive(say(200));
    const { post } = createPost({ answers: [at('127.0.0.1'), at('10.0.0.1')] });
    const url = `http://hooks.localhost:${receiver.port}/`;
    expect(await post(url)).toMatchObject({ status: 200 });
    expect(await post(url)).toMatchObject({ status: null, error: 'ADDRESS_REFUSED' });
    expect(receiver.received).toHaveLength(1);
  });
});
