import { timestampOf } from '../platform/timestamp.ts';
import { type Bot, type BotEvent, type BotState, botStates, isTerminal } from './bot.ts';
import { type BotDeps, callBots, notificationsDueAt } from './bot-deps.ts';
import { botStateChange } from './bot-notifications.ts';
import { findBot, saveBot } from './bot-store.ts';
import { botDueAt } from './bot-times.ts';
import { enterState } from './change-bot.ts';
import { readFollowed } from './followed-event-store.ts';

export interface FollowRunnerDeps extends BotDeps {
  /** Bots that are over are kept for so many days. */
  retentionDays: number;
}

/** What a runner says of a bot. */
export interface RunnerReport {
  state: BotState;
  /** With when it happened; the same event told twice is one. */
  event: BotEvent;
  metadata?: Record<string, unknown> | undefined;
  /** The bot's id at the runner, where it has one: of another one nothing is believed. */
  remoteId?: string | undefined;
}

const attempts = 8;
const dayMs = 86_400_000;

/**
 * Takes over what a runner says of its bot, and tells of it. What it said already, and what comes after the end or is
 * older than what was said last, changes nothing.
 *
 * @returns the bot as it is now; null when there is none, or it was not handed off
 */
export async function followRunner(
  deps: FollowRunnerDeps,
  projectId: string,
  botId: string,
  report: RunnerReport,
): Promise<Bot | null> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = await findBot(deps.table, projectId, botId);
    if (!before?.hand_off) return null;
    const { remote_id: remoteId } = before.hand_off;
    if (report.remoteId !== undefined && remoteId !== undefined && remoteId !== report.remoteId) return null;
    if (isStale(before, report)) return before;
    const after = await enter(deps, before, report);
    if (after) return after;
  }
  throw new Error('the bot changes faster than it can be written');
}

function isStale(bot: Bot, { state, event }: RunnerReport): boolean {
  if (state === bot.state) return true;
  if (isTerminal(bot)) return state !== 'data_deleted';
  // The clocks of runners are not ours: they are compared with themselves.
  const last = bot.events.findLast(({ type }) => type !== 'staged');
  if (!last || event.created_at > last.created_at) return false;
  // A coarse clock stamps several states with one time; then they count in the order of a bot's life.
  const [now, before] = [state, bot.state].map((one) => botStates.indexOf(one)) as [number, number];
  return event.created_at < last.created_at || now < before;
}

async function enter(
  deps: FollowRunnerDeps,
  before: Bot,
  { state, event, metadata }: RunnerReport,
): Promise<Bot | null> {
  const { calendar } = await readFollowed(deps.table, before);
  const changed = enterState(before, state, event);
  const after = {
    ...changed,
    due_at: botDueAt(changed, timestampOf(deps.clock.now()), deps.botLeadMs),
    ...(isTerminal(changed) && {
      expires_at: Math.floor((deps.clock.now() + deps.retentionDays * dayMs) / 1000),
    }),
  };
  const id = deps.newId();
  const notification = botStateChange(after, calendar, id, {
    from: before.state,
    to: state,
    event,
    ...(metadata && { metadata }),
  });
  const notifications = [{ id, notification }];
  if (!(await saveBot(deps.table, { before, after }, { notifications, notificationsDueAt: notificationsDueAt(deps) })))
    return null;
  await callBots(deps, [{ id: before.id }]);
  return after;
}
