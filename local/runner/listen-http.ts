import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LocalError } from './local-error.ts';
import { gatewayAnswer, type HttpAnswer } from './read-function-answer.ts';
import { drainLimitMs } from './timing.ts';

type HttpHandler = (request: IncomingMessage, body: Buffer) => Promise<HttpAnswer>;

/** A server on loopback that reads whole requests and enforces API Gateway's limits. */
export type HttpServer = {
  port: number;
  /** Hands requests to the handler from now on; before, they are answered with 503. */
  serve: (handler: HttpHandler) => void;
  close: () => Promise<void>;
};

/** API Gateway's limits: for the body, and for the request line together with all headers. */
const MOST_BODY_BYTES = 10 * 1024 * 1024;
const MOST_HEADER_BYTES = 10_240;
/** Limit of the parser. It is larger, so that a request over API Gateway's limit gets API Gateway's answer. */
const MOST_PARSED_HEADER_BYTES = 256 * 1024;

const readBody = async (request: IncomingMessage): Promise<Buffer | 'too large'> => {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return 'too large';
  const chunks: Buffer[] = [];
  let size = 0;
  // Events instead of `for await`: leaving that loop early would destroy the connection before the answer is sent.
  const body = Promise.withResolvers<Buffer | 'too large'>();
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) body.resolve('too large');
    else chunks.push(chunk);
  });
  request.on('end', () => body.resolve(Buffer.concat(chunks)));
  request.on('error', body.reject);
  request.on('close', () => body.reject(new Error('the client closed the connection')));
  return body.promise;
};

const sizeOfHead = (request: IncomingMessage): number =>
  request.rawHeaders.reduce((sum, part) => sum + part.length + 2, (request.method ?? '').length + 12);

const send = (request: IncomingMessage, response: ServerResponse, { status, headers, body }: HttpAnswer): void => {
  const isEmpty = status === 204 || status === 304 || status < 200;
  const flat = headers.flat();
  if (!isEmpty) flat.push('content-length', String(body.length));
  response.writeHead(status < 200 ? 502 : status, flat);
  response.end(isEmpty || request.method === 'HEAD' ? undefined : body);
};

/** Answers after the rest of the body has been read: a connection closed with unread bytes loses the answer. */
const refuse = async (request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): Promise<void> => {
  const drained = Promise.withResolvers<void>();
  const timer = setTimeout(drained.resolve, drainLimitMs);
  request.on('end', drained.resolve).on('close', drained.resolve).resume();
  if (!request.readableEnded) await drained.promise;
  clearTimeout(timer);
  send(request, response, { ...answer, headers: [...answer.headers, ['connection', 'close']] });
};

const handleRequest = async (
  request: IncomingMessage,
  response: ServerResponse,
  handler: HttpHandler,
): Promise<void> => {
  const urlLength = (request.url ?? '').length;
  if (urlLength > MOST_HEADER_BYTES) {
    await refuse(request, response, gatewayAnswer(414, 'URI Too Long'));
    return;
  }
  if (urlLength + sizeOfHead(request) > MOST_HEADER_BYTES) {
    await refuse(request, response, gatewayAnswer(431, 'Request Header Fields Too Large'));
    return;
  }
  const body = await readBody(request);
  if (body === 'too large') await refuse(request, response, gatewayAnswer(413, 'Request Entity Too Large'));
  else send(request, response, await handler(request, body));
};

const refuseUnparsed = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isOverflow = error.code === 'HPE_HEADER_OVERFLOW';
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const status = isOverflow
    ? '431 Request Header Fields Too Large'
    : isLate
      ? '408 Request Timeout'
      : '400 Bad Request';
  const body = JSON.stringify({ message: status.slice(4) });
  // Bytes that still arrive are thrown away; see `refuse`. A data listener also detaches the socket from the parser.
  socket.removeAllListeners('data').on('data', () => {});
  const timer = setTimeout(() => socket.destroy(), drainLimitMs);
  socket.on('error', () => socket.destroy()).on('close', () => clearTimeout(timer));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
};

/**
 * Listens on a loopback port. Called before anything else starts, so that a busy port is known early.
 *
 * @param port 0 takes any free port
 * @param portSetting name under which the user sets the port, for the error text
 * @throws LocalError when the port is in use
 */
export const listenHttp = async (
  port: number,
  log: (line: string) => void,
  portSetting = 'port',
): Promise<HttpServer> => {
  let handler: HttpHandler = async () => gatewayAnswer(503, 'Service Unavailable');
  const server = createServer({ maxHeaderSize: MOST_PARSED_HEADER_BYTES }, (request, response) => {
    handleRequest(request, response, handler).catch((error: unknown) => {
      if (response.headersSent || request.destroyed) {
        response.destroy();
        return;
      }
      log(`request failed: ${String(error)}`);
      send(request, response, gatewayAnswer(500, 'Internal Server Error'));
    });
  });
  server.on('clientError', refuseUnparsed);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === 'EADDRINUSE';
      const text = `port ${port} is already in use: end the program that holds it or set ${portSetting} to another one`;
      reject(isBusy ? new LocalError(text) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve: (next) => {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
