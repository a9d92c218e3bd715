import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Item = Record<string, unknown> & { subscriptionId: string };
type Handshake = { path: string; contentType: string | undefined; body: string };
type HandshakeAnswer = { status: number; type: string; text: string; delayMs?: number };

export type GraphReceiver = {
  address: string;
  /** Notifications by POST. */
  posts: { path: string; value: Item[] }[];
  handshakes: Handshake[];
  /** Statuses of the next answers to notifications; 202 once they are used up. */
  statuses: number[];
  /** How the receiver answers a handshake. */
  answerHandshake: (token: string) => HandshakeAnswer;
  items: () => Item[];
  close: () => void;
};

/** Starts a receiver of Graph's notifications on a free loopback port. */
export async function startGraphReceiver(): Promise<GraphReceiver> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://receiver');
      const token = url.searchParams.get('validationToken');
      if (token === null) {
        receiver.posts.push({ path: url.pathname, value: (JSON.parse(body) as { value: Item[] }).value });
        response.writeHead(receiver.statuses.shift() ?? 202).end();
        return;
      }
      receiver.handshakes.push({ path: request.url ?? '', contentType: request.headers['content-type'], body });
      const { status, type, text, delayMs = 0 } = receiver.answerHandshake(token);
      setTimeout(() => response.writeHead(status, { 'content-type': type }).end(text), delayMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: GraphReceiver = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    posts: [],
    handshakes: [],
    statuses: [],
    answerHandshake: (text) => ({ status: 200, type: 'text/plain', text }),
    items: () => receiver.posts.flatMap(({ value }) => value),
    close: () => server.close(),
  };
  return receiver;
}

/** Body of a request for a subscription that pushes to a receiver. @param expires ISO 8601 */
export const subscriptionTo = (address: string, expires: string, more: Record<string, unknown> = {}) => ({
  changeType: 'created,updated,deleted',
  notificationUrl: address,
  lifecycleNotificationUrl: `${address}/lifecycle`,
  resource: 'me/events',
  expirationDateTime: expires,
  clientState: 'secret',
  ...more,
});
