import type { FunctionName } from '../../shared/service/routes.ts';
import type { HttpApi } from './http-api.ts';
import type { KalendsFunction } from './kalends-function.ts';
import type { KalendsTable } from './kalends-table.ts';
import type { NotificationBus } from './notification-bus.ts';
import type { WorkQueue } from './work-queue.ts';

/** The parts of a stack that are watched. */
export interface Flow {
  api: HttpApi;
  functions: Record<FunctionName, KalendsFunction>;
  syncQueue: WorkQueue;
  table: KalendsTable;
  notifications: NotificationBus;
  notificationQueue: WorkQueue;
  webhookQueue: WorkQueue;
  botQueue: WorkQueue;
  ruleQueue: WorkQueue;
}
