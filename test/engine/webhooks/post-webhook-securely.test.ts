import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createPostWebhook } from '../../../shared/webhooks/post-webhook.ts';
import { say, startReceiver } from './start-receiver.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'kalends-tls-'));
const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  rmSync(folder, { recursive: true });
});

/** A self-signed certificate for a name. */
function createCertificate(name: string): { key: string; cert: string; certFile: string } {
  const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const { status, stderr } = spawnSync('openssl', [...request, ...subject, '-keyout', keyFile, '-out', certFile]);
  if (status !== 0) throw new Error(String(stderr));
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), certFile };
}

/** An https server on an address of loopback that counts its requests and records the name the client asked for. */
async function startTlsReceiver(certificate: { key: string; cert: string }, host = '127.0.0.1', port = 0) {
  const asked: unknown[] = [];
  const server = createServer(certificate, (request, response) => {
    asked.push((request.socket as unknown as { servername: unknown }).servername);
    response.end();
  });
  server.on('tlsClientError', () => undefined);
  server.listen(port, host);
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

describe.skipIf(!hasOpenssl)('an https endpoint', () => {
  const name = 'hooks.example.com';
  const certificate = hasOpenssl ? createCertificate(name) : { key: '', cert: '', certFile: '' };
  const post = (url: string, port: number, answers = ['127.0.0.1']) =>
    createPostWebhook({
      allowLoopback: true,
      ports: [port],
      timeoutMs: 5000,
      resolve: () => Promise.resolve([{ address: answers.shift() ?? '', family: 4 }]),
    })(url, {}, Buffer.from('{}'));

  it('is refused with an untrusted certificate', async () => {
    const receiver = await startTlsReceiver(certificate);
    const answer = await post(`https://${name}:${receiver.port}/`, receiver.port);
    expect(answer).toMatchObject({ status: null, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(receiver.asked).toEqual([]);
  });

  it('must have a certificate for the name of the URL, though the connection goes to the checked address', async () => {
    const { port, asked } = await startTlsReceiver(certificate);
    const other = await startTlsReceiver(certificate, '127.0.0.2', port);
    setDefaultCACertificates([certificate.cert]);
    expect(await post(`https://${name}:${port}/`, port, ['127.0.0.1', '127.0.0.2'])).toMatchObject({ status: 200 });
    expect([asked, other.asked]).toEqual([[name], []]);

    const elsewhere = await post(`https://other.example.com:${port}/`, port);
    expect(elsewhere).toMatchObject({ status: null, error: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(asked).toHaveLength(1);
  });

  it('is verified although NODE_TLS_REJECT_UNAUTHORIZED says not to', async () => {
    const { port, asked } = await startTlsReceiver(certificate);
    const answer = await postElsewhere(`https://${name}:${port}/`, port, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(answer).toMatchObject({ error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(asked).toEqual([]);
  });
});

const module = join(import.meta.dirname, '../../../shared/webhooks/post-webhook.ts');

/** Posts from a separate process with these environment variables, then runs the rest of the program there. */
async function postElsewhere(
  url: string,
  port: number,
  env: Record<string, string>,
  afterwards = '',
): Promise<unknown> {
  const program = `
    const { createPostWebhook } = await import(${JSON.stringify(module)});
    const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    const post = createPostWebhook({ allowLoopback: true, ports: [${port}], timeoutMs: 5000, resolve });
    console.log(JSON.stringify(await post(${JSON.stringify(url)}, {}, Buffer.from('{}'))));
    ${afterwards}
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env });
  return JSON.parse(stdout);
}

describe('a proxy in the environment', () => {
  it('is not used for webhooks', async () => {
    const [proxy, receiver] = await Promise.all([startReceiver(say(200)), startReceiver(say(204))]);
    closers.push(proxy.close, receiver.close);
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
    const control = "(await import('node:http')).get('http://192.0.2.1/control', (response) => response.resume());";
    const answer = await postElsewhere(`${receiver.url}/hook`, receiver.port, env, control);
    expect(answer).toMatchObject({ status: 204, error: null });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    // Control: a plain request of Node.js goes through the proxy.
    expect(proxy.received.map(({ path }) => path)).toEqual(['http://192.0.2.1/control']);
  });
});
