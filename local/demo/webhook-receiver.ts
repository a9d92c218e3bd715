import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { verifyWebhook } from './verify-webhook.ts';

const bodySchema = z.looseObject({
  idempotency_key: z.string(),
  calendar_id: z.string(),
  trigger: z.string(),
  data: z.looseObject({ created: z.number().optional(), since: z.string().optional() }),
});

/** A webhook as it arrived. */
export interface ReceivedWebhook {
  /** Path of the endpoint it was sent to. */
  path: string;
  /** When its last byte arrived, in milliseconds since the epoch. */
  at: number;
  body: z.output<typeof bodySchema>;
  /** Whether both signatures are valid; undefined for an endpoint whose secret is not known here. */
  isGenuine: boolean | undefined;
}

export interface WebhookReceiver {
  url: string;
  /** Verifies webhooks to this path with a secret from now on. */
  verifyWith: (path: string, secret: string) => void;
  /** Leaves webhooks to this path without an answer from now on. */
  hang: (path: string) => void;
  onWebhook: (listener: (webhook: ReceivedWebhook) => void) => void;
  close: () => Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Starts a receiver of webhooks on a free loopback port. It answers 400 to a webhook whose signatures are not valid. */
export async function startWebhookReceiver(now: () => number = Date.now): Promise<WebhookReceiver> {
  const secrets = new Map<string, string>();
  const hanging = new Set<string>();
  const listeners: ((webhook: ReceivedWebhook) => void)[] = [];

  const receive = async (request: IncomingMessage): Promise<number> => {
    const bytes = await readBody(request);
    const at = now();
    const path = request.url ?? '/';
    const secret = secrets.get(path);
    const isGenuine = secret === undefined ? undefined : verifyWebhook(request.headers, bytes, secret, at);
    const body = bodySchema.parse(JSON.parse(bytes.toString('utf8')));
    for (const listener of listeners) listener({ path, at, body, isGenuine });
    return isGenuine === false ? 400 : 204;
  };

  const server = createServer((request, response) => {
    const isHanging = hanging.has(request.url ?? '/');
    receive(request).then(
      (status) => isHanging || response.writeHead(status).end(),
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    verifyWith: (path, secret) => {
      secrets.set(path, secret);
    },
    hang: (path) => {
      hanging.add(path);
    },
    onWebhook: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
