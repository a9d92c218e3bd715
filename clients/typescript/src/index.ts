export type * from './api-types.ts';
export { type ConsumeOptions, type CursorStore, consumeChanges } from './consume-changes.ts';
export * from './errors.ts';
export { createKalends, type Kalends } from './kalends.ts';
export type { List, Page } from './list.ts';
export type { KalendsOptions } from './send.ts';
export { type VerifyOptions, verifyWebhook, type WebhookPayload, WebhookVerificationError } from './verify-webhook.ts';
