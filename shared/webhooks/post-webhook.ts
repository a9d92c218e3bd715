import { createSafeRequest, type SafeAnswer, type SafeRequestOptions } from './egress/request-safely.ts';

/** One attempt to deliver, as it went; of the answer the first 500 characters. */
export type WebhookAnswer = SafeAnswer;

export type PostWebhook = (url: string, headers: Record<string, string>, body: Buffer) => Promise<WebhookAnswer>;

/** POSTs webhooks, to addresses that anyone may have chosen. Never throws; a failure is an answer with an `error`. */
export function createPostWebhook(options: SafeRequestOptions): PostWebhook {
  const request = createSafeRequest(options, { bytes: 4096, characters: 500 });
  return (url, headers, body) => request('POST', url, headers, body);
}
