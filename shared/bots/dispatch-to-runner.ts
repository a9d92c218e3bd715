import { timestampOf } from '../platform/timestamp.ts';
import type { Bot, HandOff } from './bot.ts';
import { notificationsDueAt } from './bot-deps.ts';
import { botDue } from './bot-notifications.ts';
import { loadBot, saveBot } from './bot-store.ts';
import { botDueAt } from './bot-times.ts';
import { readFollowed } from './followed-event-store.ts';
import type { BotOutcome, HandOffDeps } from './hand-off-bot.ts';
import { RunnerError } from './runners/runner-error.ts';

/** Nobody else tells a runner of a bot for so long; longer than a function that does it may run. */
const claimMs = 45_000;

/** After a failure the runner is told again so long after, twice as long after each further one. */
const retryMs = { first: 2_000, longest: 60_000 };

const attempts = 8;

/**
 * Tells a bot's runner the latest of its hand-off. One at a time tells: a slow call must not arrive after a later one
 * and undo it. What changes meanwhile is told after it.
 *
 * @returns null when the bot is to be looked at again at once
 */
export async function tellRunner(deps: HandOffDeps, bot: Bot): Promise<BotOutcome | null> {
  const token = deps.newId();
  const until = timestampOf(deps.clock.now() + claimMs);
  const claimed = await write(deps, bot, { claim: { token, until } });
  const { hand_off: handOff } = claimed ?? {};
  if (!claimed || !handOff) return null;
  const about = { bot_id: bot.id, hand_off_id: handOff.id, revision: handOff.revision, runner: handOff.runner };
  try {
    const [settings, { calendar }] = await Promise.all([
      deps.readSettings(bot.project_id),
      readFollowed(deps.table, bot),
    ]);
    const notification = botDue(claimed, handOff, calendar);
    const { remoteId } = await deps.runners[handOff.runner].tell({ bot: claimed, handOff, notification, settings });
    deps.logger.info('handed off', about);
    await conclude(deps, bot.id, token, () => ({
      told: handOff.revision,
      failures: undefined,
      ...(remoteId !== undefined && { remote_id: remoteId }),
    }));
    return null;
  } catch (error) {
    const code = error instanceof RunnerError ? error.code : 'runner_failed';
    deps.logger.warn('not handed off', { ...about, code, error: error as Error });
    const count = (handOff.failures?.count ?? 0) + 1;
    const pauseMs = Math.min(retryMs.first * 2 ** (count - 1), retryMs.longest);
    const delayMs = Math.round(pauseMs * (1 + deps.random() / 4));
    const retry_at = timestampOf(deps.clock.now() + delayMs);
    // A correction made meanwhile is told at once.
    await conclude(deps, bot.id, token, (now) =>
      now.revision === handOff.revision ? { failures: { count, code, retry_at } } : {},
    );
    return null;
  }
}

/** Stores how an attempt went, whatever happened to the bot meanwhile; an attempt that lost its claim says nothing. */
async function conclude(
  deps: HandOffDeps,
  botId: string,
  token: string,
  result: (handOff: HandOff) => Partial<HandOff>,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { bot } = await loadBot(deps.table, botId);
    if (bot?.hand_off?.claim?.token !== token) return;
    if (await write(deps, bot, { claim: undefined, ...result(bot.hand_off) })) return;
  }
}

/** @returns the bot as stored, or null when somebody else wrote it first */
async function write(deps: HandOffDeps, before: Bot, change: Partial<HandOff>): Promise<Bot | null> {
  if (!before.hand_off) return null;
  const changed: Bot = { ...before, hand_off: { ...before.hand_off, ...change } };
  const after = { ...changed, due_at: botDueAt(changed, timestampOf(deps.clock.now()), deps.botLeadMs) };
  const isSaved = await saveBot(
    deps.table,
    { before, after },
    { notifications: [], notificationsDueAt: notificationsDueAt(deps) },
  );
  return isSaved ? after : null;
}
