import type { NotificationBus } from '../notifications/notification-bus.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import type { Bot, BotEvent, BotState, RemovalReason, RunnerKind } from './bot.ts';
import { type BotDeps, notificationsDueAt } from './bot-deps.ts';
import { botRemoved, botStateChange, type NamedCalendar } from './bot-notifications.ts';
import type { BotSettings } from './bot-settings.ts';
import { type BotNotification, deleteBotNotification, forgetBot, loadBot, saveBot } from './bot-store.ts';
import { botDueAt } from './bot-times.ts';
import { enterState, moveBot, removeBot, stageBot } from './change-bot.ts';
import { tellRunner } from './dispatch-to-runner.ts';
import { followEvent } from './follow-event.ts';
import { readFollowed } from './followed-event-store.ts';
import { nextBotStep } from './next-bot-step.ts';
import type { BotRunner } from './runners/bot-runner.ts';

export interface HandOffDeps extends BotDeps {
  bus: NotificationBus;
  runners: Record<RunnerKind, BotRunner>;
  readSettings(projectId: string): Promise<BotSettings>;
  /** Number in [0, 1). */
  random: () => number;
  /** Bots that are over are kept for so many days. */
  retentionDays: number;
}

/** How a message was worked. `wait`: it is to come back after the delay; timers bring all else. */
export type BotOutcome = { kind: 'done' } | { kind: 'wait'; delayMs: number };

/** Each step ends or changes the bot; so many changes at once mean that someone else changes it, too. */
const stepsAtOnce = 12;

/** A message waits this long at most for what it came too early for; the bot's timer brings another. */
const longestWaitMs = 90_000;

const dayMs = 86_400_000;

/**
 * Does for a bot whatever is to be done now: publishes what was committed about it, hands it off when its time has come,
 * tells its runner what that does not know, gives up what nobody took. Everything is decided by the stored bot, and
 * stored before it is done, on condition that nobody changed the bot meanwhile; so messages may come late, early, twice
 * and side by side, and any crash is made good by the next one.
 *
 * @throws Error when a notification was not published; nothing else waits for that
 */
export async function handOffBot(deps: HandOffDeps, botId: string): Promise<BotOutcome> {
  let unpublished: Error | null = null;
  let outcome: BotOutcome | null = null;
  for (let step = 0; step < stepsAtOnce && !outcome; step += 1) {
    const { bot, notifications } = await loadBot(deps.table, botId);
    unpublished ??= await publishNotifications(deps, botId, notifications);
    outcome = bot ? await takeStep(deps, bot) : { kind: 'done' };
  }
  if (unpublished) throw unpublished;
  return outcome ?? { kind: 'wait', delayMs: 1000 };
}

/** @returns why the first that was not published was not; it and those after it stay stored */
async function publishNotifications(
  { bus, table }: HandOffDeps,
  botId: string,
  notifications: BotNotification[],
): Promise<Error | null> {
  try {
    for (const { id, notification } of notifications) {
      await bus.publish(notification);
      await deleteBotNotification(table, botId, id);
    }
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** @returns null when the bot is to be looked at again at once */
async function takeStep(deps: HandOffDeps, bot: Bot): Promise<BotOutcome | null> {
  const now = timestampOf(deps.clock.now());
  const step = nextBotStep(bot, now, deps.botLeadMs);
  switch (step.kind) {
    case 'idle':
      return { kind: 'done' };
    case 'wait': {
      const delayMs = millisOf(step.until) - deps.clock.now();
      return delayMs <= longestWaitMs ? { kind: 'wait', delayMs: Math.max(0, delayMs) } : { kind: 'done' };
    }
    case 'hand_off':
      await stage(deps, bot);
      return null;
    case 'tell':
      return tellRunner(deps, bot);
    case 'give_up':
      await finish(deps, bot, 'fatal_error', {
        type: 'fatal_error',
        sub_type: step.reason,
        created_at: deps.clock.stamp(),
      });
      return null;
    case 'end':
      await finish(deps, bot, 'ended', { type: 'ended', sub_type: 'not_reported', created_at: deps.clock.stamp() });
      return null;
    case 'forget':
  }
  await forgetBot(deps.table, bot);
  return null;
}

/**
 * Hands a bot off: the event is read once more, so that a change a moment ago counts; then the hand-off is stored, on
 * condition that no sync has changed the bot since it was read. Whoever comes second decides anew.
 */
async function stage(deps: HandOffDeps, bot: Bot): Promise<void> {
  const at = deps.clock.stamp();
  const { event, calendar } = await readFollowed(deps.table, bot);
  if (bot.calendar_event_id !== null) {
    if (!calendar || calendar.deleted_at) return remove(deps, bot, calendar, 'calendar_deleted');
    if (calendar.state === 'disconnected') return remove(deps, bot, calendar, 'calendar_disconnected');
    const decision = followEvent(bot, event?.event ?? null, at);
    if (decision.kind === 'remove') return remove(deps, bot, calendar, decision.reason);
    if (decision.kind === 'move') {
      const { join_at, meeting_url } = decision;
      return save(deps, bot, moveBot(bot, { join_at, meeting_url }));
    }
  }
  const { runner } = await deps.readSettings(bot.project_id);
  const after = stageBot(bot, { id: deps.newId(), runner, at });
  await save(deps, bot, after, { calendar, to: 'staged', event: { type: 'staged', created_at: at } });
}

async function remove(deps: HandOffDeps, bot: Bot, calendar: NamedCalendar, reason: RemovalReason): Promise<void> {
  const at = deps.clock.stamp();
  const key = deps.newId();
  const { restore_bots_on_reconnect: park } = await deps.readSettings(bot.project_id);
  const after = removeBot(bot, reason, at, { park: park && !bot.automatic && reason === 'calendar_disconnected' });
  const write = after ? { before: bot, after } : { before: bot, after: null };
  const notification = botRemoved(bot, calendar, key, { reason, at });
  await saveBot(deps.table, write, {
    notifications: [{ id: key, notification }],
    notificationsDueAt: notificationsDueAt(deps),
    link: 'remove',
  });
}

async function finish(deps: HandOffDeps, bot: Bot, state: BotState, event: BotEvent): Promise<void> {
  const { calendar } = await readFollowed(deps.table, bot);
  const after = {
    ...enterState(bot, state, event),
    expires_at: Math.floor((deps.clock.now() + deps.retentionDays * dayMs) / 1000),
  };
  await save(deps, bot, after, { calendar, to: state, event });
}

/** Stores a bot with its timer; one that somebody else has written meanwhile is left to the next step. */
async function save(
  deps: HandOffDeps,
  before: Bot,
  changed: Bot,
  told?: { calendar: NamedCalendar; to: BotState; event: BotEvent },
): Promise<void> {
  const after = { ...changed, due_at: botDueAt(changed, timestampOf(deps.clock.now()), deps.botLeadMs) };
  const key = deps.newId();
  const notification = told && botStateChange(after, told.calendar, key, { from: before.state, ...told });
  await saveBot(
    deps.table,
    { before, after },
    { notifications: notification ? [{ id: key, notification }] : [], notificationsDueAt: notificationsDueAt(deps) },
  );
}
