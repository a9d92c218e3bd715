import type { Logger } from '@aws-lambda-powertools/logger';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Table } from '../store/table.ts';
import type { GateLimits } from './circuit-breaker-store.ts';
import type { PostWebhook } from './post-webhook.ts';
import type { WebhookQueue } from './webhook-queue.ts';

/** What it takes to attempt a delivery. */
export interface AttemptDeps {
  table: Table;
  queue: Pick<WebhookQueue, 'send'>;
  envelope: Pick<Envelope, 'open'>;
  post: PostWebhook;
  /** `User-Agent`, with the version of Kalends. */
  userAgent: string;
  limits: GateLimits;
  /** How long a delivery stays in the log. */
  retentionDays: number;
  clock: Clock;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** In [0, 1). */
  random: () => number;
}

export interface DeliverDeps extends AttemptDeps {
  /** Waits for milliseconds. */
  pause: (milliseconds: number) => Promise<void>;
}
