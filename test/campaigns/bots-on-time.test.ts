import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatTimestamp, millisOf } from '../../shared/platform/timestamp.ts';
import { connectWithBot, meetLink, zoomLink } from '../support/botted-calendar.ts';
import { isCrash } from '../support/crashable-process.ts';
import { useStackWithOwnTable } from '../support/use-stack.ts';

/** A few runs belong to every test run; `npm run campaign` makes more than five hundred. */
const runs = process.env.KALENDS_CAMPAIGN_RUNS ? Math.max(500, Number(process.env.KALENDS_CAMPAIGN_RUNS)) : 15;

const minute = 60_000;
const leadMs = 120_000;

const stack = useStackWithOwnTable('bots-on-time');

const edit = fc.record({
  kind: fc.constantFrom('move', 'move', 'link', 'link', 'no-link', 'cancel', 'un-cancel', 'rename', 'nothing'),
  /** Where it is moved: minutes from the present; a little, past the lead, far, into the past. */
  to: fc.constantFrom(-5, 0.5, 1, 1.9, 2.5, 4, 7, 11, 90),
  /** Seconds that pass before it. */
  after: fc.integer({ min: 0, max: 150 }),
  /** How often its notification comes; 0: it is lost. */
  notified: fc.integer({ min: 0, max: 3 }),
  crashAfter: fc.option(fc.integer({ min: 1, max: 14 }), { freq: 2 }),
  /** Between which calls of a hand-off the process dies. */
  handOffDies: fc.option(fc.integer({ min: 1, max: 16 }), { freq: 2 }),
  /** Does it come when the bot is just due? Then sync and hand-off meet: one runs between two calls of the other. */
  meeting: fc.option(
    fc.record({ outer: fc.constantFrom('sync', 'hand-off'), before: fc.integer({ min: 1, max: 16 }) }),
    {
      freq: 2,
    },
  ),
});
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

/** How often a sync and a hand-off met, over all runs. */
let meetings = 0;

const ignoreCrash = (error: unknown): void => {
  if (!isCrash(error)) throw error;
};

async function walk(platform: 'google' | 'microsoft', edits: Edit[]): Promise<void> {
  const arranged = await connectWithBot(stack, platform, { hours: 12 / 60 });
  const { harness, user, calendarId, bot } = arranged;
  const { local } = stack;
  let { uuid } = arranged;
  let isThere = true;
  /** What the rules of docs/api-compatibility.md#bots make of it, by what the syncs have seen; null where a second decides. */
  let isAlive: boolean | null = true;
  let seenStart = millisOf(bot.join_at);
  let start = seenStart;
  let hasLink = true;
  let isOriginal = true;
  const observe = (): void => {
    if (isAlive === false) return;
    const isMoved = start !== seenStart;
    if (!isOriginal || !isThere || !hasLink || (isMoved && start < local.now() - 3000)) isAlive = false;
    else if (isMoved && start < local.now() + 3000) isAlive = null;
    else seenStart = start;
  };
  let sinceTick = minute;

  /** Lets seconds pass; the minute rule ticks and the queue gives out what is due. */
  const pass = async (seconds: number): Promise<void> => {
    for (let left = seconds; left > 0; left -= 5) {
      const step = Math.min(5, left) * 1000;
      local.advanceClock(step);
      sinceTick += step;
      if (sinceTick >= minute) {
        sinceTick = 0;
        await harness.tick().catch(ignoreCrash);
      }
      await harness.workBots().catch(ignoreCrash);
    }
  };
  /** The process dies after some calls, whatever it does; then another one is started. */
  const dying = async (after: number | null, work: () => Promise<unknown>): Promise<void> => {
    harness.calls.made = 0;
    harness.calls.crashAfter = after ?? Number.POSITIVE_INFINITY;
    await work().catch(ignoreCrash);
    await harness.revive();
  };

  /** Up to the second before the bot is handed off, where that is near. */
  const approach = async (): Promise<void> => {
    const own = await harness.bot(bot.id);
    const left = own?.state === 'scheduled' ? millisOf(own.join_at) - leadMs - local.now() : 0;
    if (left > 1000 && left < 12 * minute) await pass(left / 1000 - 1);
  };
  /** One runs right before the n-th call of the other. */
  const meet = async (outer: () => Promise<unknown>, inner: () => Promise<unknown>, before: number): Promise<void> => {
    let hasRun = false;
    const work = async (): Promise<void> => {
      hasRun = true;
      await inner().catch(ignoreCrash);
    };
    harness.calls.interlude = { before, work };
    await outer().catch(ignoreCrash);
    harness.calls.interlude = undefined;
    if (hasRun) meetings += 1;
    else await work();
  };

  for (const { kind, to, after, notified, crashAfter, handOffDies, meeting } of edits) {
    await dying(handOffDies, () => pass(after));
    if (meeting) await approach();
    if (kind === 'move' && isThere) {
      user.move(uuid, to / 60);
      // Microsoft's simulated users know no fractions of a second.
      start = Math.floor((local.now() + to * minute) / 1000) * 1000;
    }
    if (kind === 'link' && isThere) user.setLocation(uuid, to > 2 ? zoomLink : meetLink);
    if (kind === 'no-link' && isThere) user.setLocation(uuid, 'Room 5');
    if ((kind === 'link' || kind === 'no-link') && isThere) hasLink = kind === 'link';
    if (kind === 'rename' && isThere) user.rename(uuid, `renamed ${to}`);
    if (kind === 'cancel' && isThere) {
      user.remove(uuid);
      isThere = false;
    }
    if (kind === 'un-cancel' && !isThere) {
      // Providers give what is made anew another id.
      uuid = user.insert('planning', to / 60, meetLink);
      isThere = true;
      isOriginal = false;
    }
    for (let notice = 0; notice < notified; notice += 1) {
      const sync = () => harness.finish(calendarId, 'push');
      if (meeting && notice === 0) {
        local.advanceClock(2000);
        const [outer, inner] = meeting.outer === 'sync' ? [sync, harness.workBots] : [harness.workBots, sync];
        await dying(crashAfter, () => meet(outer, inner, meeting.before));
      } else {
        await dying(notice === 0 ? crashAfter : null, sync);
      }
    }
    if (notified > 0) {
      await harness.finish(calendarId, 'push');
      observe();
    }
  }
  await harness.finish(calendarId, 'push');
  observe();

  const event = (await harness.stored(calendarId)).find(({ id }) => id === bot.calendar_event_id);
  const living = await harness.bot(bot.id);
  if (isAlive !== null)
    expect(living !== null && !living.removed, 'there while there is something to join').toBe(isAlive);
  const joinAt = event && !event.is_deleted && event.meeting_url !== null ? millisOf(event.start_time) : null;
  // To the start, and past whatever a dead process still held.
  const end = Math.max(local.now() + 2 * minute, Math.min(joinAt ?? 0, local.now() + 15 * minute));
  await pass((end - local.now()) / 1000);

  // Bots of walks before this one are due, too, now and then.
  const standing = harness.standing().filter(({ bot_id }) => bot_id === bot.id);
  if (living === null || living.removed) {
    expect(standing, 'a bot that is gone joins nothing').toEqual([]);
  } else if (joinAt !== null && joinAt - leadMs <= local.now()) {
    expect(standing, 'one hand-off, of the right time and link').toMatchObject([
      { bot_id: bot.id, join_at: formatTimestamp(event?.start_time as never), meeting_url: event?.meeting_url },
    ]);
  } else {
    // Handed off already and moved away since, or not due yet.
    expect(standing.length).toBeLessThanOrEqual(1);
    for (const order of standing) expect(order.join_at).toBe(event && formatTimestamp(event.start_time));
  }
  if (living && !living.removed)
    expect(living).toMatchObject({ join_at: event?.start_time, meeting_url: event?.meeting_url });
}

it.each(['google', 'microsoft'] as const)(
  '%s: whatever happens to the event in its last ten minutes, at its start one hand-off stands for the right time and link, or none',
  { timeout: 60_000 + runs * 10_000 },
  async (platform) => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 2, maxLength: 7 }), (edits) => walk(platform, edits)),
      { numRuns: Math.ceil(runs / 2), endOnFailure: true },
    );
    process.stdout.write(`${platform}: ${Math.ceil(runs / 2)} runs, sync and hand-off met ${meetings} times so far\n`);
  },
);
