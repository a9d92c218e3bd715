import { botTimingMs } from '../platform/bot-timing.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { type Bot, type BotEvent, type BotState, botStates, type HandOff, isTerminal } from './bot.ts';
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
  /** `client`: by the API; it runs the bots of all runners but Attendee servers, which report by their webhooks. */
  from: 'client' | 'attendee';
  /** The bot's id at the runner, where it has one. A report of another id is ignored. */
  remoteId?: string | undefined;
  /** The hand-off that the runner was given, where it says so. A report of another one is ignored. */
  handOffId?: string | undefined;
}

/**
 * Applies what a runner reports of its bot, and announces it. A report changes nothing when it repeats the state of the
 * bot, comes after its end, or is older than the last report. A time in the future is taken for now, so that it cannot
 * make all later reports old.
 *
 * @returns the bot as it is now; null when there is none, or the report is not by the runner that it was handed off to
 */
export async function followRunner(
  deps: FollowRunnerDeps,
  projectId: string,
  botId: string,
  report: RunnerReport,
): Promise<Bot | null> {
  return retryLostRace(async () => {
    const before = await findBot(deps.table, projectId, botId);
    if (!before?.hand_off || !isByRunner(before.hand_off, report)) return null;
    const timely = { ...report, event: clamp(report.event, timestampOf(deps.clock.now())) };
    return isStale(before, timely) ? before : applyReport(deps, before, timely);
  }, botAttempts);
}

function isByRunner(handOff: HandOff, { from, remoteId, handOffId }: RunnerReport): boolean {
  if (handOff.withdrawn || (from === 'attendee') !== (handOff.runner === 'attendee')) return false;
  const isOther = (own: string | undefined, reported: string | undefined): boolean =>
    own !== undefined && reported !== undefined && own !== reported;
  return !isOther(handOff.remote_id, remoteId) && !isOther(handOff.id, handOffId);
}

const clamp = (event: BotEvent, now: Timestamp): BotEvent =>
  event.created_at > now ? { ...event, created_at: now, reported_at: event.created_at } : event;

/** Does a report change nothing? */
export function isStale(bot: Bot, { state, event }: RunnerReport): boolean {
  if (state === bot.state) return true;
  if (isTerminal(bot)) return state !== 'data_deleted';
  // A runner's times are compared only with each other: its clock is not ours.
  const last = bot.events.findLast(({ type }) => type !== 'staged' && type !== 'scheduled');
  if (!last) return false;
  // The clock of a runner may be ahead. Then its reports are ordered by their own times.
  const areAhead = isAhead(event) && isAhead(last);
  const [time = '', lastTime = ''] = [event, last].map((one) => (areAhead ? one.reported_at : one.created_at));
  if (time > lastTime) return false;
  const areComparable = areAhead || !(event.reported_at ?? last.reported_at);
  if (areComparable && time < lastTime) return true;
  // A coarse clock gives several states one time, and a clamped time says only that the report came before. They are then
  // ordered as a bot passes through them.
  return botStates.indexOf(state) < botStates.indexOf(bot.state);
}

/** Has the runner's clock given the report a time that is later than the report, but not a senseless one? */
const isAhead = ({ created_at, reported_at }: BotEvent): boolean =>
  reported_at !== undefined && millisOf(reported_at) - millisOf(created_at) <= botTimingMs.runnerClockSkew;

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
