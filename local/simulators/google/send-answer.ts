import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { WireAnswer } from '../answer-with-fault.ts';

/** Google compresses only for clients that also say `gzip` in their User-Agent (performance guide). */
function wantsGzip(request: IncomingMessage): boolean {
  const accepts = request.headers['accept-encoding']?.includes('gzip');
  return accepts === true && (request.headers['user-agent'] ?? '').includes('gzip');
}

/** Writes an answer. A truncated one is complete HTTP with half of its JSON. Resolves once it is flushed or lost. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: WireAnswer): Promise<void> {
  const { status, body, html } = answer;
  const hasBody = status !== 204 && (html !== undefined || body !== undefined);
  let text = html ?? (hasBody ? JSON.stringify(body) : '');
  if (answer.truncate) text = text.slice(0, Math.floor(text.length / 2));
  const headers: Record<string, string> = { vary: 'Origin, X-Origin, Referer', ...answer.headers };
  if (hasBody) headers['content-type'] = html === undefined ? 'application/json; charset=UTF-8' : 'text/html';
  let bytes = Buffer.from(text);
  if (hasBody && wantsGzip(request)) {
    bytes = gzipSync(bytes);
    headers['content-encoding'] = 'gzip';
  }
  if (status !== 204) headers['content-length'] = String(bytes.length);
  return new Promise((resolve) => {
    response.on('close', resolve);
    response.writeHead(status, headers).end(bytes);
  });
}
