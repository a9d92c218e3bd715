import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookPayload } from '../../shared/domain/fact.ts';

export interface ReceivedWebhook {
  /** Milliseconds since the epoch. */
  at: number;
  headers: IncomingHttpHeaders;
  body: string;
  payload: WebhookPayload;
}

export interface WebhookReceiver {
  url: string;
  received: ReceivedWebhook[];
  /** Status of the next answers, first to last; 200 when empty. */
  answers: number[];
  /** The first webhook that fits, received already or within the time. */
  waitFor(fits: (webhook: ReceivedWebhook) => boolean, withinMs?: number): Promise<ReceivedWebhook>;
  close(): Promise<void>;
}

/** A customer's endpoint on loopback that remembers what it got. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const answers: number[] = [];
  const listeners = new Set<(webhook: ReceivedWebhook) => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const webhook = { at: Date.now(), headers: request.headers, body, payload: JSON.parse(body) as WebhookPayload };
      response.writeHead(answers.shift() ?? 200).end();
      received.push(webhook);
      for (const listener of listeners) listener(webhook);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answers,
    waitFor: (fits, withinMs = 10_000) => {
      const known = received.find(fits);
      if (known) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(listener);
          reject(new Error(`no such webhook in ${withinMs} ms; got ${received.map(({ body }) => body).join('\n')}`));
        }, withinMs);
        const listener = (webhook: ReceivedWebhook): void => {
          if (!fits(webhook)) return;
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(webhook);
        };
        listeners.add(listener);
      });
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
