import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeliveryPayload } from '../../shared/webhooks/delivery.ts';
import { fitsReference, fitsStandard } from './verify-delivery.ts';

export interface ReceivedWebhook {
  /** Milliseconds since the epoch. */
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  payload: DeliveryPayload;
}

/** A status to answer with; `hang`: no answer ever. */
type ReceiverAnswer = number | 'hang';

export interface WebhookReceiver {
  /** Address of a path, `/hook` when none is given. */
  url: string;
  urlOf(path: string): string;
  received: ReceivedWebhook[];
  /** Status of the next answers, first to last; 200 when empty. */
  answers: number[];
  /** How a path answers from now on, when `answers` is empty. */
  behave(path: string, answer: ReceiverAnswer, headers?: Record<string, string>): void;
  /** From now on every webhook must bear both signatures, each by one of the secrets told. */
  trust(secret: string): void;
  /** The first webhook that fits, received already or within the time. */
  waitFor(fits: (webhook: ReceivedWebhook) => boolean, withinMs?: number): Promise<ReceivedWebhook>;
  /** @throws when a webhook came whose signatures did not fit */
  close(): Promise<void>;
}

/** A customer's endpoint on loopback that remembers what it got, and holds it against both verifiers. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const forged: ReceivedWebhook[] = [];
  const answers: number[] = [];
  const secrets: string[] = [];
  const behaviours = new Map<string, { answer: ReceiverAnswer; headers: Record<string, string> }>();
  const listeners = new Set<(webhook: ReceivedWebhook) => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { headers, url: path = '/' } = request;
      const webhook = { at: Date.now(), path, headers, body, payload: JSON.parse(body) as DeliveryPayload };
      const isGenuine =
        secrets.some((secret) => fitsStandard(webhook, secret)) &&
        secrets.some((secret) => fitsReference(webhook, secret));
      if (secrets.length > 0 && !isGenuine) forged.push(webhook);
      const behaviour = behaviours.get(path) ?? { answer: 200, headers: {} };
      const answer = answers.shift() ?? behaviour.answer;
      if (answer !== 'hang') response.writeHead(answer, behaviour.headers).end();
      received.push(webhook);
      for (const listener of listeners) listener(webhook);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const urlOf = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return {
    url: urlOf('/hook'),
    urlOf,
    received,
    answers,
    behave: (path, answer, headers = {}) => void behaviours.set(path, { answer, headers }),
    trust: (secret) => void secrets.push(secret),
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
      if (forged.length > 0) throw new Error(`signatures did not fit: ${forged.map(({ body }) => body).join('\n')}`);
    },
  };
}
