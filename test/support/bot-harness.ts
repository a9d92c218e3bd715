import { hasBotRules } from '../../shared/bot-rules/bot-rules-store.ts';
import type { RuleMessage } from '../../shared/bot-rules/rule-message.ts';
import type { RuleQueue } from '../../shared/bot-rules/rule-queue.ts';
import { type BotSettings, defaultBotSettings } from '../../shared/bots/bot-settings.ts';
import { readBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { loadBot } from '../../shared/bots/bot-store.ts';
import { botTimerTarget } from '../../shared/bots/bot-timer-target.ts';
import { createBot } from '../../shared/bots/create-bot.ts';
import { handOffBot } from '../../shared/bots/hand-off-bot.ts';
import type { HandOffDeps } from '../../shared/bots/hand-off-deps.ts';
import { RunnerError } from '../../shared/bots/runners/runner-error.ts';
import { syncTimerTarget } from '../../shared/sync/sync-timer-target.ts';
import { dispatchTimers, type TimerTarget } from '../../shared/timers/dispatch-timers.ts';
import type { TestStack } from './start-test-stack.ts';
import { createSyncHarness } from './sync-harness.ts';
import { wholeShare } from './whole-share.ts';

const nothing: TimerTarget = { lookAheadMs: 0, leaseMs: 60_000, send: () => Promise.resolve() };

/** An order as a runner received it. */
export interface ReceivedOrder {
  action: string;
  hand_off_id: string;
  revision: number;
  bot_id: string;
  meeting_url: string;
  join_at: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * Bots in this process beside the sync: a runner that remembers what it was told, a queue whose messages come out when
 * the test's clock says so, and the minute rule.
 */
export function createBotHarness(stack: TestStack, observe?: Parameters<typeof createSyncHarness>[1]) {
  const sync = createSyncHarness(stack, observe);
  const { deps, called, outside } = sync;
  const { now } = stack.local;
  const orders: ReceivedOrder[] = [];
  /** Codes with which the runner refuses, one after the other. */
  const refusals: string[] = [];
  /** Messages of the rule queue, with when they come out of it. */
  const ruled: { message: RuleMessage; dueAt: number; attempt?: number }[] = [];
  const ruleQueue: Pick<RuleQueue, 'send'> = {
    send: (messages, delaySeconds = 0) =>
      outside(async () => {
        ruled.push(...messages.map((message) => ({ message, dueAt: now() + delaySeconds * 1000 })));
      }),
  };
  const runner: HandOffDeps['runners']['eventbridge'] = {
    dispatch: ({ notification: { payload } }) =>
      outside(async () => {
        const code = refusals.shift();
        if (code !== undefined) throw new RunnerError(code);
        if (payload.trigger !== 'bot.due') throw new Error('no order');
        orders.push({ ...payload.data, bot_id: payload.bot_id, at: now() });
        return {};
      }),
  };
  const asksForRules = { ruleQueue, hasBotRules: (id: string) => hasBotRules(deps.table, id) };
  const handOff: HandOffDeps = {
    ...deps,
    random: () => 0.37,
    runners: { eventbridge: runner, webhook: runner, attendee: runner },
    readSettings: (projectId) => readBotSettings(deps.table, projectId),
    share: wholeShare,
    retentionDays: 60,
  };
  const tick = (): Promise<number> =>
    dispatchTimers(
      {
        ...deps,
        targets: {
          'google-sync': syncTimerTarget(deps.queues.google),
          'microsoft-sync': syncTimerTarget(deps.queues.microsoft),
          delivery: nothing,
          bot: botTimerTarget(deps.botQueue, deps.clock),
          follow: nothing,
        },
      },
      () => 60_000,
    );

  return {
    ...sync,
    handOff,
    orders,
    refusals,
    ruled,
    ruleQueue,
    asksForRules,
    tick,
    /** Schedules a bot for an event. */
    schedule: (eventId: string, more: { deduplication_key?: string } = {}) =>
      createBot({ ...deps, table: sync.table, ...asksForRules }, sync.projectId, {
        calendar_event_id: eventId,
        bot_name: 'Recorder',
        ...more,
      }),
    bot: async (id: string) => (await loadBot(sync.table, id)).bot,
    /** Works what the bot queue gives out by now, and what that puts into it for now. */
    workBots: async (): Promise<void> => {
      for (;;) {
        const index = called.findIndex(({ dueAt }) => dueAt <= now());
        const [message] = index < 0 ? [] : called.splice(index, 1);
        if (!message) return;
        const outcome = await handOffBot(handOff, message.botId);
        if (outcome.kind === 'wait') {
          const delaySeconds = Math.max(1, Math.ceil(outcome.delayMs / 1000));
          called.push({ botId: message.botId, delaySeconds, dueAt: now() + delaySeconds * 1000 });
        }
      }
    },
    /** What a runner has to hold by what it was told: of each hand-off the last revision, unless that is to cancel. */
    standing: (): ReceivedOrder[] => {
      const latest = new Map<string, ReceivedOrder>();
      for (const order of orders) {
        const known = latest.get(order.hand_off_id);
        if (!known || order.revision >= known.revision) latest.set(order.hand_off_id, order);
      }
      return [...latest.values()].filter(({ action }) => action !== 'cancel');
    },
    settings: (given: Partial<BotSettings>): BotSettings => ({ ...defaultBotSettings, ...given }),
  };
}

export type BotHarness = ReturnType<typeof createBotHarness>;
