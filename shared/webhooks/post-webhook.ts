import { createSafeRequest, type SafeAnswer, type SafeRequestOptions } from './egress/request-safely.ts';

/** The answer of an endpoint, with the first 500 characters of its body. */
export type WebhookAnswer = SafeAnswer;

export type PostWebhook = (
  url: string,
  headers: Record<string, string>,
  body: Buffer,
  ended?: AbortSignal,
) => Promise<WebhookAnswer>;

/** Posts webhooks to addresses that users choose. Never throws: a failure is an answer with an `error`. */
export function createPostWebhook(options: SafeRequestOptions): PostWebhook {
  const request = createSafeRequest(options, { bytes: 4096, characters: 500 });
  return (url, headers, body, ended) => request('POST', url, headers, body, ended);
}
