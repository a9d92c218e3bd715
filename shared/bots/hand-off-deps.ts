import type { NotificationBus } from '../notifications/notification-bus.ts';
import type { WorkerShare } from '../worker-shares/worker-share.ts';
import type { RunnerKind } from './bot.ts';
import type { BotDeps } from './bot-deps.ts';
import type { BotSettings } from './bot-settings.ts';
import type { BotRunner } from './runners/bot-runner.ts';

/** What the worker of the bot queue needs. */
export interface HandOffDeps extends BotDeps {
  bus: NotificationBus;
  runners: Record<RunnerKind, BotRunner>;
  readSettings(projectId: string): Promise<BotSettings>;
  /** The project's share of the workers that call runners. */
  share: WorkerShare;
  /** Number in [0, 1). */
  random: () => number;
  /** Bots that are over are kept for so many days. */
  retentionDays: number;
}
