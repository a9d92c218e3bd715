import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWebhook, signWebhook } from '../../shared/webhooks/sign.ts';
import { readDocBlock } from '../support/read-doc-block.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { createNotification } from '../support/webhook-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'kalends-receiver-'));
const stack = useStack();
let receiver: ChildProcess;
let url: string;
let secret: string;
const lines: string[] = [];

/** A port that is free now: the receiver's address has to be known before its secret is. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

beforeAll(async () => {
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}/hook`;
  const triggers = ['calendar.events_update', 'calendar.state_change'];
  secret = (await stack.call('POST', '/webhooks', { url, triggers })).body.secret;
  for (const file of ['verify-webhook.mjs', 'receiver.mjs']) {
    writeFileSync(join(folder, file), readDocBlock('verify-webhooks.md', file));
  }
  receiver = spawn(process.execPath, ['receiver.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      KALENDS_URL: stack.local.url,
      KALENDS_API_KEY: stack.local.apiKey,
      KALENDS_WEBHOOK_SECRET: secret,
      PORT: String(port),
    },
  });
  receiver.stdout?.setEncoding('utf8').on('data', (text: string) => void lines.push(...text.trim().split('\n')));
  await waitUntil(() => lines.includes(`listening on port ${port}`));
});
afterAll(async () => {
  if (receiver?.exitCode === null) {
    receiver.kill();
    await once(receiver, 'exit');
  }
  rmSync(folder, { recursive: true });
});

const count = (ending: string): number => lines.filter((line) => line.endsWith(ending)).length;

describe('the receiver in docs/verify-webhooks.md', () => {
  it('prints every change of events and of the calendar’s state', async () => {
    const user = stack.simulate('google');
    const event = user.insert('standing', 1);
    await stack.connect(user);
    await waitUntil(() => count(' standing') === 1);
    user.rename(event, 'moved on');
    await waitUntil(() => count(' moved on') === 1);
    user.remove(event);
    await waitUntil(() => count(' deleted') === 1);
    // One that was never synced is disconnected within seconds: the receiver's clock does not move with the stack's.
    const lost = await stack.connect(stack.simulate('google'), { refresh_token: 'wrong' });
    await waitUntil(() => lines.includes(`${lost} is disconnected`));
    expect(lines.filter((line) => !line.startsWith('listening')).map((line) => line.replace(/^\w+ /, ''))).toEqual([
      'standing',
      'moved on',
      'deleted',
      'is disconnected',
    ]);
  });

  it('accepts a genuine webhook once and refuses forged ones', async () => {
    const { payload } = createNotification({ trigger: 'calendar.state_change', data: { state: 'connected' } });
    const body = encodeWebhook(payload);
    const post = async (key: string, bytes = body): Promise<number> => {
      const headers = signWebhook({ id: payload.idempotency_key, now: Date.now(), body }, [key]);
      return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(bytes) })).status;
    };
    const forged = Buffer.from(body.toString().replace('connected', 'something'));
    expect([await post(`whsec_${'A'.repeat(43)}=`), await post(secret, forged)]).toEqual([400, 400]);
    expect(await post(secret, Buffer.alloc(2 ** 20 + 1)).catch(() => 'cut off')).not.toBe(204);
    expect(count('cal_1 is connected')).toBe(0);
    expect([await post(secret), await post(secret)]).toEqual([204, 204]);
    await waitUntil(() => count('cal_1 is connected') > 0);
    expect(count('cal_1 is connected')).toBe(1);
  });
});
