import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIndexLag } from './delay-indexes.ts';
import { createShapes, type JsonInput, Refused, type SendToEngine } from './dynamodb-json.ts';
import { createPartitionLimit } from './limit-partitions.ts';
import { splitBatch } from './split-batches.ts';

/** What DynamoDB does and DynamoDB Local does not. Each is applied where it is set. */
export interface TableLimits {
  /** Bytes that a partition key can have; AWS: 10 GB in a table with local indexes. */
  partitionBytes?: number | undefined;
  /** The chance in [0, 1) with which an element of a batch is not processed. */
  partialBatches?: number | undefined;
  /** Milliseconds by which global indexes lag. */
  indexLagMs?: number | undefined;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const jsonType = 'application/x-amz-json-1.0';
const prefix = 'DynamoDB_20120810.';

/** Stands before DynamoDB Local on a free loopback port, and refuses and delays what DynamoDB would. */
export async function startLimitedTable(
  engine: string,
  { partitionBytes, partialBatches = 0, indexLagMs }: TableLimits,
): Promise<{ endpoint: string; close: () => Promise<void> }> {
  const credential = 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request';
  const authorization = `${credential}, SignedHeaders=host, Signature=local`;
  const send: SendToEngine = async (operation, input) => {
    const response = await fetch(engine, {
      method: 'POST',
      headers: { 'content-type': jsonType, 'x-amz-target': `${prefix}${operation}`, authorization },
      body: JSON.stringify(input),
    });
    const body = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Refused(body);
    return body;
  };
  const shapeOf = createShapes(send);
  const limitPartitions = partitionBytes === undefined ? null : createPartitionLimit(partitionBytes, send, shapeOf);
  const lag = indexLagMs === undefined ? null : createIndexLag(indexLagMs, send, shapeOf);

  const sendBatch = async (operation: string, input: JsonInput): Promise<object> => {
    const { sent, left } = splitBatch(input.RequestItems ?? {}, partialBatches);
    const answer = await send(operation, { ...input, RequestItems: sent });
    const name = operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems';
    return { ...answer, [name]: { ...(answer[name] as object | undefined), ...left } };
  };

  const answer = async (operation: string, input: JsonInput): Promise<object> => {
    await limitPartitions?.(operation, input);
    const hasWritten = await lag?.observe(operation, input);
    const isBatch = operation === 'BatchGetItem' || operation === 'BatchWriteItem';
    const body = isBatch ? await sendBatch(operation, input) : await send(operation, input);
    hasWritten?.();
    return lag && operation === 'Query' ? lag.delay(input, body as Record<string, unknown>) : body;
  };

  const server = createServer((request, response) => {
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': jsonType });
      response.end(JSON.stringify(body));
    };
    const operation = String(request.headers['x-amz-target'] ?? '').replace(prefix, '');
    readBody(request)
      .then((text) => answer(operation, JSON.parse(text || '{}') as JsonInput))
      .then(
        (body) => reply(200, body),
        (error: unknown) =>
          error instanceof Refused
            ? reply(400, error.body)
            : reply(500, { __type: 'InternalServerError', message: String(error) }),
      );
  });
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
}
