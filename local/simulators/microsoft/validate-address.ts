import { randomUUID } from 'node:crypto';
import { graphError } from './graph-error.ts';

function fail(message: string): never {
  throw graphError(400, 'ValidationError', message);
}

/**
 * The handshake before a subscription exists: the address must answer the percent-encoded token, decoded once, as
 * text/plain with 200 in time. The token contains characters that change when they are decoded twice or read as a space. Throws 400.
 */
export async function validateAddress(address: string, timeoutMs: number, closing: AbortSignal): Promise<void> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}+%2B`;
  const separator = address.includes('?') ? '&' : '?';
  const url = `${address}${separator}validationToken=${encodeURIComponent(token)}`;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(timeoutMs)]),
    });
    text = await answer.text();
  } catch {
    return fail('Subscription validation request timed out.');
  }
  if (answer.status !== 200) {
    fail(
      'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.',
    );
  }
  if (!(answer.headers.get('content-type') ?? '').startsWith('text/plain')) {
    fail('Subscription validation request failed. Response must be of type text/plain.');
  }
  if (text !== token) {
    fail('Subscription validation request failed. Response must exactly match validationToken query parameter.');
  }
}
