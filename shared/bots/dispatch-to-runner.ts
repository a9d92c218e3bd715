import { botTimingMs } from '../platform/bot-timing.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { Bot, HandOff } from './bot.ts';
import { botAttempts } from './bot-deps.ts';
import { botDue } from './bot-notifications.ts';
import { loadBot, saveBot } from './bot-store.ts';
import { readFollowedIfReadable } from './followed-event-store.ts';
import type { HandOffDeps } from './hand-off-deps.ts';
import { RunnerError } from './runners/runner-error.ts';

/**
 * Dispatches the latest revision of a bot's hand-off to its runner. A lease lets one worker dispatch at a time: a slow
 * call cannot arrive after a later one and undo it. A revision that is made meanwhile is dispatched next.
 *
 * @param ended when the project has used up its share of the workers: the call counts as one without an answer
 */
export async function dispatchToRunner(deps: HandOffDeps, bot: Bot, ended: AbortSignal): Promise<void> {
  const token = deps.newId();
  const until = timestampOf(deps.clock.now() + botTimingMs.dispatchLease);
  const leased = await changeHandOff(deps, bot, { lease: { token, until } });
  if (leased === lostRace || !leased?.hand_off) return;
  const result = await attemptDispatch(deps, leased, leased.hand_off, ended);
  await recordAttempt(deps, bot.id, token, result);
}

/** The change of a hand-off by which an attempt is recorded. */
type AttemptResult = (handOff: HandOff) => Partial<HandOff>;

async function attemptDispatch(
  deps: HandOffDeps,
  bot: Bot,
  handOff: HandOff,
  ended: AbortSignal,
): Promise<AttemptResult> {
  const { id, revision, runner } = handOff;
  const about = { bot_id: bot.id, hand_off_id: id, revision, runner };
  try {
    const [settings, { calendar }] = await Promise.all([
      deps.readSettings(bot.project_id),
      readFollowedIfReadable(deps.table, bot),
    ]);
    const notification = botDue(bot, handOff, calendar);
    const { remoteId } = await deps.runners[runner].dispatch({ bot, handOff, notification, settings }, ended);
    deps.logger.info('handed off', about);
    const remote = remoteId === undefined ? {} : { remote_id: remoteId };
    return () => ({ delivered_revision: revision, failures: undefined, ...remote });
  } catch (error) {
    const code = error instanceof RunnerError ? error.code : 'runner_failed';
    deps.logger.warn('not handed off', { ...about, code, error: error as Error });
    const count = (handOff.failures?.count ?? 0) + 1;
    const retry_at = timestampOf(deps.clock.now() + retryPauseMs(count, deps.random()));
    // A revision that was made meanwhile is dispatched at once.
    return (now) => (now.revision === revision ? { failures: { count, code, retry_at } } : {});
  }
}

/** @param count failures in a row @param random in [0, 1): spreads the retries of bots that failed together */
export function retryPauseMs(count: number, random: number): number {
  const pauseMs = Math.min(botTimingMs.firstRetry * 2 ** (count - 1), botTimingMs.longestRetry);
  return Math.round(pauseMs * (1 + random / 4));
}

/** Records the result of an attempt, whatever changed the bot meanwhile. An attempt that lost its lease records nothing. */
const recordAttempt = (deps: HandOffDeps, botId: string, token: string, result: AttemptResult): Promise<unknown> =>
  retryLostRace(async () => {
    const { bot } = await loadBot(deps.table, botId);
    if (bot?.hand_off?.lease?.token !== token) return null;
    return changeHandOff(deps, bot, { lease: undefined, ...result(bot.hand_off) });
  }, botAttempts);

const changeHandOff = async (deps: HandOffDeps, before: Bot, change: Partial<HandOff>) =>
  before.hand_off
    ? saveBot(deps, { before, after: { ...before, hand_off: { ...before.hand_off, ...change } } })
    : lostRace;
