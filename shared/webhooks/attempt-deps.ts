import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Table } from '../store/table.ts';
import type { WorkerShare } from '../worker-shares/worker-share.ts';
import type { EndpointLimits } from './concurrency-limit.ts';
import type { PostWebhook } from './post-webhook.ts';
import type { RateBudget } from './rate-budget.ts';
import type { TrafficMemory } from './traffic-memory.ts';
import type { WebhookQueue } from './webhook-queue.ts';

/** Dependencies of an attempt. */
export interface AttemptDeps {
  table: Table;
  queue: Pick<WebhookQueue, 'send'>;
  envelope: Pick<Envelope, 'open'>;
  post: PostWebhook;
  /** `User-Agent`, with the version of Kalends. */
  userAgent: string;
  limits: EndpointLimits;
  rates: RateBudget;
  memory: TrafficMemory;
  /** The project's share of the workers that make attempts. */
  share: WorkerShare;
  /** How long a delivery stays in the log. */
  retentionDays: number;
  clock: Clock;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** In [0, 1). */
  random: () => number;
}

/** Dependencies of an attempt by a message, which can wait a moment for a lease. */
export interface DeliverDeps extends AttemptDeps {
  /** Waits for milliseconds. */
  pause: (milliseconds: number) => Promise<void>;
}
