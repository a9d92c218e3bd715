import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Another host, to which nothing may be sent. */
export interface Trap {
  url: string;
  /** Requests that were sent there all the same. */
  received: string[];
  close(): Promise<void>;
}

export async function startTrap(): Promise<Trap> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    received.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
