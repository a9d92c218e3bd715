import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An error that a stand-in answers with. The SDK of the caller throws the exception with the name in `code`. */
export class AwsServiceError extends Error {
  override readonly name = 'AwsServiceError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Operations by name, e.g. `PutEvents`. Input and output are the JSON of the protocol. */
export type AwsOperations = Readonly<Record<string, (input: unknown) => unknown>>;

export type AwsJsonServer = { endpoint: string; close: () => Promise<void> };

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const answer = async (operations: AwsOperations, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const send = (status: number, body: unknown): void => {
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
    response.end(text);
  };
  const name = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) {
    send(400, { __type: 'UnknownOperationException', message: `local mode does not offer the operation "${name}"` });
    return;
  }
  try {
    send(200, (await operation(JSON.parse(await readBody(request)))) ?? {});
  } catch (error) {
    if (error instanceof AwsServiceError) send(400, { __type: error.code, message: error.message });
    else send(500, { __type: 'InternalFailure', message: String(error) });
  }
};

/** Serves operations by AWS's JSON protocol (`X-Amz-Target`) on a free loopback port. Signatures are not checked. */
export const startAwsJsonServer = async (operations: AwsOperations): Promise<AwsJsonServer> => {
  const server = createServer((request, response) => void answer(operations, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
