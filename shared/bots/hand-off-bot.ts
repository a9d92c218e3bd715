import { deleteOutboxRows } from '../notifications/outbox-store.ts';
import { publishOutbox } from '../notifications/publish-outbox.ts';
import { botTimingMs } from '../platform/bot-timing.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import type { Bot, BotEvent, BotState, RemovalReason } from './bot.ts';
import { botStateChange, type NamedCalendar } from './bot-notifications.ts';
import { botOutbox } from './bot-row.ts';
import { loadBot, saveBot } from './bot-store.ts';
import { enterState, moveBot, stageBot } from './change-bot.ts';
import { dispatchToRunner } from './dispatch-to-runner.ts';
import { expiresAfter } from './expires-after.ts';
import { followEvent } from './follow-event.ts';
import { readFollowedIfReadable } from './followed-event-store.ts';
import type { HandOffDeps } from './hand-off-deps.ts';
import { nextBotStep } from './next-bot-step.ts';
import { saveRemoval } from './save-removal.ts';

/**
 * The result of a message. `wait`: the next step is due after the delay, and the message comes back for it. `no_room`: the
 * project keeps its share of the workers busy.
 */
export type BotOutcome = { kind: 'done' | 'no_room' } | { kind: 'wait'; delayMs: number };

/** Each step changes the bot or is the last one; so many steps mean that others change the bot, too. */
const stepsAtOnce = 12;

/**
 * Takes every step that is due for a bot: publishes its notifications, hands it off when its time has come, dispatches
 * what its runner does not have yet, gives up a hand-off that no runner accepted.
 *
 * Each step is decided from the stored bot and stored before it is carried out, on condition that the bot is unchanged.
 * So messages may come late, early, twice and side by side, and the next one repairs any crash.
 *
 * @throws Error when a notification was not published; the steps are taken all the same
 */
export async function handOffBot(deps: HandOffDeps, botId: string): Promise<BotOutcome> {
  let unpublished: Error | null = null;
  let outcome: BotOutcome | null = null;
  for (let step = 0; step < stepsAtOnce && !outcome; step += 1) {
    const { bot, outbox } = await loadBot(deps.table, botId);
    const remove = (ids: string[]) => deleteOutboxRows(deps.table, botOutbox(botId), ids);
    const failure = await publishOutbox({ bus: deps.bus, remove }, outbox).then(
      () => null,
      (error: Error) => error,
    );
    unpublished ??= failure;
    outcome = bot ? await takeStep(deps, bot) : { kind: 'done' };
  }
  if (unpublished) throw unpublished;
  return outcome ?? { kind: 'wait', delayMs: 1000 };
}

/** @returns null when the bot has changed, so that its next step is to be found */
async function takeStep(deps: HandOffDeps, bot: Bot): Promise<BotOutcome | null> {
  const step = nextBotStep(bot, timestampOf(deps.clock.now()), deps.botLeadMs);
  switch (step.kind) {
    case 'idle':
      return { kind: 'done' };
    case 'wait': {
      const delayMs = millisOf(step.until) - deps.clock.now();
      return delayMs <= botTimingMs.longestWait ? { kind: 'wait', delayMs: Math.max(0, delayMs) } : { kind: 'done' };
    }
    case 'hand_off':
      await stage(deps, bot);
      return null;
    case 'dispatch': {
      const isBegun = await deps.share.run({ projectId: bot.project_id, isSlow: false }, async (ended) => {
        await dispatchToRunner(deps, bot, ended);
        return true;
      });
      return isBegun ? null : { kind: 'no_room' };
    }
    case 'give_up':
      await finish(deps, bot, 'fatal_error', step.reason);
      return null;
    case 'end':
      await finish(deps, bot, 'ended', 'not_reported');
      return null;
    case 'forget':
  }
  await saveBot(deps, { before: bot, after: null });
  return null;
}

/**
 * Hands a bot off. The event is read once more, so that a change of a moment ago counts; the hand-off is stored on
 * condition that no sync has changed the bot since it was read.
 */
async function stage(deps: HandOffDeps, bot: Bot): Promise<void> {
  const at = deps.clock.stamp();
  const { event, calendar, isUnreadable } = await readFollowedIfReadable(deps.table, bot);
  if (bot.calendar_event_id !== null && !isUnreadable) {
    if (!calendar || calendar.deleted_at) return remove(deps, bot, calendar, 'calendar_deleted');
    if (calendar.state === 'disconnected') return remove(deps, bot, calendar, 'calendar_disconnected');
    const decision = followEvent(bot, event?.event ?? null, at);
    if (decision.kind === 'remove') return remove(deps, bot, calendar, decision.reason);
    if (decision.kind === 'move') {
      const { join_at, meeting_url } = decision;
      const moved = moveBot(bot, { join_at, meeting_url }, { now: at, leadMs: deps.botLeadMs });
      await saveBot(deps, { before: bot, after: moved });
      return;
    }
  }
  const { runner } = await deps.readSettings(bot.project_id);
  const after = stageBot(bot, { id: deps.newId(), runner, at });
  await saveState(deps, bot, after, { calendar, event: { type: 'staged', created_at: at } });
}

async function remove(deps: HandOffDeps, bot: Bot, calendar: NamedCalendar, reason: RemovalReason): Promise<void> {
  const { restore_bots_on_reconnect: restores } = await deps.readSettings(bot.project_id);
  const park = restores && !bot.automatic && reason === 'calendar_disconnected';
  await saveRemoval(deps, bot, calendar, { reason, park });
}

async function finish(
  deps: HandOffDeps,
  bot: Bot,
  state: Extract<BotState, 'ended' | 'fatal_error'>,
  reason: string,
): Promise<void> {
  const event: BotEvent = { type: state, sub_type: reason, created_at: deps.clock.stamp() };
  const { calendar } = await readFollowedIfReadable(deps.table, bot);
  const after = { ...enterState(bot, state, event), expires_at: expiresAfter(deps.clock.now(), deps) };
  await saveState(deps, bot, after, { calendar, event });
}

/** Stores a new state and announces it. A bot that was written meanwhile stays as it is: its next step is decided from what is stored. */
async function saveState(
  deps: HandOffDeps,
  before: Bot,
  after: Bot,
  { calendar, event }: { calendar: NamedCalendar; event: BotEvent },
): Promise<void> {
  const id = deps.newId();
  const notification = botStateChange(after, calendar, id, { from: before.state, to: after.state, event });
  await saveBot(deps, { before, after }, { outbox: [{ id, notification }] });
}
