import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { type Bot, type BotEvent, type BotState, botStates, isTerminal } from './bot.ts';
import { type BotDeps, botAttempts, callBots } from './bot-deps.ts';
import { botStateChange } from './bot-notifications.ts';
import { findBot, saveBot } from './bot-store.ts';
import { enterState } from './change-bot.ts';
import { expiresAfter } from './expires-after.ts';
import { readFollowed } from './followed-event-store.ts';

export interface FollowRunnerDeps extends BotDeps {
  /** Bots that are over are kept for so many days. */
  retentionDays: number;
}

/** What a runner reports of a bot. */
export interface RunnerReport {
  state: BotState;
  /** With the time it happened, by the runner's clock. */
  event: BotEvent;
  metadata?: Record<string, unknown> | undefined;
  /** The bot's id at the runner, where it has one. A report of another id is ignored. */
  remoteId?: string | undefined;
}

/**
 * Applies what a runner reports of its bot, and announces it. A report changes nothing when it repeats the state of the
 * bot, comes after its end, or is older than the last report.
 *
 * @returns the bot as it is now; null when there is none, or it was not handed off
 */
export async function followRunner(
  deps: FollowRunnerDeps,
  projectId: string,
  botId: string,
  report: RunnerReport,
): Promise<Bot | null> {
  return retryLostRace(async () => {
    const before = await findBot(deps.table, projectId, botId);
    if (!before?.hand_off) return null;
    const { remote_id: remoteId } = before.hand_off;
    if (report.remoteId !== undefined && remoteId !== undefined && remoteId !== report.remoteId) return null;
    return isStale(before, report) ? before : applyReport(deps, before, report);
  }, botAttempts);
}

/** Does a report change nothing? */
export function isStale(bot: Bot, { state, event }: RunnerReport): boolean {
  if (state === bot.state) return true;
  if (isTerminal(bot)) return state !== 'data_deleted';
  // A runner's times are compared only with each other: its clock is not ours.
  const last = bot.events.findLast(({ type }) => type !== 'staged');
  if (!last || event.created_at > last.created_at) return false;
  // A coarse clock gives several states one time. They are then ordered as a bot passes through them.
  const [now, before] = [state, bot.state].map((one) => botStates.indexOf(one)) as [number, number];
  return event.created_at < last.created_at || now < before;
}

async function applyReport(
  deps: FollowRunnerDeps,
  before: Bot,
  { state, event, metadata }: RunnerReport,
): Promise<Bot | null | typeof lostRace> {
  const { calendar } = await readFollowed(deps.table, before);
  const entered = enterState(before, state, event);
  const after = isTerminal(entered) ? { ...entered, expires_at: expiresAfter(deps.clock.now(), deps) } : entered;
  const id = deps.newId();
  const change = { from: before.state, to: state, event, ...(metadata && { metadata }) };
  const saved = await saveBot(
    deps,
    { before, after },
    { outbox: [{ id, notification: botStateChange(after, calendar, id, change) }] },
  );
  if (saved !== lostRace) await callBots(deps, [{ id: before.id, project_id: before.project_id }]);
  return saved;
}
