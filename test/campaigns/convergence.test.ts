import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { updateCalendar } from '../../shared/calendars/update-calendar.ts';
import { millisOf } from '../../shared/platform/timestamp.ts';
import { readingDueAt } from '../../shared/sync/reading-state.ts';
import type { SyncMessage } from '../../shared/sync/sync-message.ts';
import { createBotHarness } from '../support/bot-harness.ts';
import { meetLink } from '../support/botted-calendar.ts';
import { isCrash } from '../support/crashable-process.ts';
import { oddAnswer, oddPlaces } from '../support/provider-oddities.ts';
import { simulateUser } from '../support/simulated-user.ts';
import type { SimulatedCall, SimulatedFault } from '../support/simulated-user-port.ts';
import { useStackWithOwnTable } from '../support/use-stack.ts';
import { storedLines, trueLines } from '../support/window-lines.ts';

/** A few runs belong to every test run; `npm run campaign` makes many. */
const runs = Number(process.env.KALENDS_CAMPAIGN_RUNS ?? 6);
const hourMs = 3_600_000;

const stack = useStackWithOwnTable('convergence');

const pick = <Item>(items: Item[], index: number): Item | undefined => items[index % Math.max(1, items.length)];

const step = fc.record({
  change: fc.constantFrom(
    'insert',
    'insert-with-bot',
    'insert-all-day',
    'insert-series',
    'rename',
    'move',
    'move-far',
    'remove',
    'move-instance',
    'rename-instance',
    'remove-instance',
    'rename-series',
    'remove-series',
    'touch',
    'expire-tokens',
    'empty-pages',
  ),
  fault: fc.option(
    fc.constantFrom<SimulatedFault>(
      'rateLimited',
      'unavailable',
      'droppedConnection',
      'truncatedJson',
      'syncTokenGone',
      'unauthorized',
    ),
    { freq: 3 },
  ),
  at: fc.constantFrom<SimulatedCall>('list', 'delta', 'token', 'open'),
  /** An answer in words that no table has to know, for the next requests of a kind. */
  oddity: fc.option(
    fc.record({ on: fc.constantFrom(...oddPlaces), index: fc.nat(1000), times: fc.integer({ min: 1, max: 4 }) }),
    { freq: 2 },
  ),
  /** Does the next delta come before the change is in it? */
  isLate: fc.boolean(),
  /** Before which call of the sync its calendar is PATCHed. */
  patchBefore: fc.option(fc.integer({ min: 1, max: 8 }), { freq: 5 }),
  /** Minutes that a push channel lives from now on. */
  channelMinutes: fc.option(fc.constantFrom(7, 61, 119), { freq: 5 }),
  /** Is the change's notification lost? The next one that comes through brings it along. */
  lost: fc.boolean(),
  crashAfter: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 3 }),
  index: fc.nat(1000),
  /** Half past, as no instance is to begin at the very second in which the window ends: it is shown a second later. */
  hours: fc.integer({ min: -20, max: 24 * 27 }).map((hours) => hours + 0.5),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const ignoreCrash = (error: unknown): void => {
  if (!isCrash(error)) throw error;
};

async function walk(platform: 'google' | 'microsoft', steps: Step[]): Promise<void> {
  const { local } = stack;
  const harness = createBotHarness(stack);
  const user = simulateUser(stack, platform, { zone: 'America/New_York' });
  const { id } = await harness.connect(user);
  const singles: string[] = [];
  const series: string[] = [];
  const take = (ids: string[], wanted: string): string => ids.splice(ids.indexOf(wanted), 1)[0] ?? '';
  /** Bots by the event they are for, as long as their meeting lies ahead. */
  const bots = new Map<string, string>();

  const change = ({ change: kind, index, hours }: Step): void => {
    const living = user.truth(local.now() - 24 * hourMs, local.now() + 28 * 24 * hourMs).map(({ id: uuid }) => uuid);
    const instance = pick(
      living.filter((uuid) => !singles.includes(uuid)),
      index,
    );
    const [single, master] = [pick(singles, index), pick(series, index)];
    const day = (offset: number) => new Date(local.now() + (hours + offset * 24) * hourMs).toISOString().slice(0, 10);
    if (kind === 'insert') singles.push(user.insert(`event ${index}`, hours));
    if (kind === 'insert-with-bot') {
      const uuid = user.insert(`meeting ${index}`, Math.abs(hours) + 2, meetLink);
      singles.push(uuid);
      bots.set(uuid, '');
    }
    // A meeting that is removed, or moved into the past, has no bot.
    if (single && (kind === 'remove' || (kind === 'move' && hours < 2))) bots.delete(single);
    if (kind === 'insert-all-day') singles.push(user.insertAllDay('all day', day(0), day(1)));
    if (kind === 'insert-series') series.push(user.insertSeries(`series ${index}`, hours, index % 2 ? 'day' : 'week'));
    if (kind === 'rename' && single) user.rename(single, `renamed ${index}`);
    if (kind === 'move' && single) user.move(single, hours);
    if (kind === 'move-far' && single) user.move(single, 2000);
    if (kind === 'remove' && single) user.remove(take(singles, single));
    if (kind === 'move-instance' && instance) user.move(instance, hours);
    if (kind === 'rename-instance' && instance) user.rename(instance, `once ${index}`);
    if (kind === 'remove-instance' && instance) user.remove(instance);
    if (kind === 'rename-series' && master) user.rename(master, `all ${index}`);
    if (kind === 'remove-series' && master) user.remove(take(series, master));
    if (kind === 'touch') user.touch(single);
    if (kind === 'expire-tokens') user.expireSyncTokens();
    user.emptyPages(kind === 'empty-pages' ? 2 : 0);
  };

  /** Delivers as the queue does, until the message is complete. */
  const finish = async (crashAfter: number | null, trigger: SyncMessage['trigger'] = 'push'): Promise<void> => {
    if (crashAfter !== null) await harness.deliverCrashing(id, trigger, crashAfter).catch(ignoreCrash);
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      if ((await harness.deliver(id, trigger, attempt)).kind !== 'retry') return;
    }
    throw new Error('never completed');
  };

  /** Schedules the bots that are still missing, for events that are stored by now. */
  const scheduleBots = async (): Promise<void> => {
    for (const [uuid, bot] of bots) {
      const event = bot === '' && (await harness.stored(id)).find(({ platform_uuid }) => platform_uuid === uuid);
      if (event && !event.is_deleted) bots.set(uuid, (await harness.schedule(event.id)).id);
    }
  };

  /** What the provider does to the next requests, beside what users do. @returns ends what belongs to one sync only */
  const disturb = async ({ oddity, isLate, patchBefore, channelMinutes }: Step): Promise<() => void> => {
    if (oddity) {
      const { on, times } = oddity;
      user.disturb(on, oddAnswer(platform, on, oddity.index), times);
    }
    const { sync } = await harness.load(id);
    const end = isLate && sync.sync_token ? user.delayDelta(sync.sync_token.value) : () => {};
    user.shortenChannels(channelMinutes);
    if (patchBefore !== null) {
      harness.calls.made = 0;
      harness.calls.interlude = {
        before: patchBefore,
        work: async () => {
          const { calendar } = await harness.load(id);
          const refresh_token = user.account.refreshToken;
          await updateCalendar({ ...harness.deps, table: harness.table }, calendar, { refresh_token });
        },
      };
    }
    return () => {
      end();
      harness.calls.interlude = undefined;
    };
  };

  /** A consumer that reads what each announcement tells it to read, and nothing else. */
  const consumed = new Map<string, string>();
  const consume = async (): Promise<void> => {
    const since = harness.notifications
      .splice(0)
      .flatMap(({ data }) => (typeof data.since === 'string' ? [data.since] : []));
    for (const event of await harness.stored(id)) {
      if (since.some((from) => event.updated_at >= from.replace(/(:\d\d)Z$/, '$1.000000Z'))) {
        consumed.set(event.id, `${event.updated_at} ${event.is_deleted}`);
      }
    }
  };

  await finish(null);
  await consume();
  for (const item of steps) {
    change(item);
    if (item.lost) continue;
    if (item.fault) user.fault(item.at, item.fault);
    const end = await disturb(item);
    await finish(item.crashAfter);
    end();
    await consume();
    await scheduleBots();
  }
  stack.google.faults.length = 0;
  stack.microsoft.faults.length = 0;
  user.emptyPages(0);
  await finish(null, 'manual');
  // What was skipped, or has to be looked up, is requested again after pauses.
  for (let run = 0; run < 10; run += 1) {
    const dueAt = readingDueAt((await harness.load(id)).sync.reading);
    if (dueAt === undefined) break;
    local.advanceClock(Math.max(0, millisOf(dueAt) - local.now()) + 1000);
    await finish(null, 'schedule');
  }
  await consume();

  expect(await storedLines(harness, id)).toEqual(trueLines(harness, user));
  await scheduleBots();
  for (const [uuid, bot] of bots) {
    // A meeting that left the window before it was seen is not stored, and has no bot.
    if (bot !== '') expect(await harness.bot(bot), `the bot of ${uuid}`).not.toBeNull();
  }
  const rows = (await harness.stored(id)).map(
    (event) => [event.id, `${event.updated_at} ${event.is_deleted}`] as const,
  );
  expect(consumed).toEqual(new Map(rows));
  const stamps = rows.map(([, row]) => row.slice(0, 27));
  expect(new Set(stamps).size, 'updated_at is unique within a calendar').toBe(stamps.length);
  const { calendar, sync } = await harness.load(id);
  expect([calendar.state, sync.last_attempted_sync_at]).toEqual(['connected', sync.last_successful_sync_at]);
}

it.each(['google', 'microsoft'] as const)(
  '%s: whatever happens, the stored window equals the provider’s and every change was announced',
  { timeout: 30_000 + runs * 10_000 },
  async (platform) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) => walk(platform, steps)),
      { numRuns: runs, endOnFailure: true },
    );
  },
);
