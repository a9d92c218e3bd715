import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { findBotDecision } from '../../../shared/bot-rules/find-bot-decision.ts';
import { listBotDecisions } from '../../../shared/bot-rules/list-bot-decisions.ts';
import { defaultBotSettings } from '../../../shared/bots/bot-settings.ts';
import { putBotSettings } from '../../../shared/bots/bot-settings-store.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { arrangeCalendars, invitations } from '../../support/shared-meetings.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('dry-run-foresees');
const day = 24 * 60;
const runs = process.env.KALENDS_CAMPAIGN_RUNS ? Math.max(60, Number(process.env.KALENDS_CAMPAIGN_RUNS)) : 4;

const meeting = fc.record({
  calendar: fc.nat(1),
  room: fc.nat(4),
  start: fc.integer({ min: 0, max: 16 }).map((quarter) => quarter * 15),
  length: fc.constantFrom(15, 30, 60, 120),
  from: fc.constantFrom(...invitations),
});
type Meeting = typeof meeting extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * Without equally good events of different calendars that want the same room at the same time: the one that is looked at
 * first gets the bot, and keeps it.
 */
const withoutTies = (given: Meeting[]): Meeting[] =>
  given.filter((one, index) =>
    given
      .slice(0, index)
      .every(
        (other) =>
          other.calendar === one.calendar ||
          other.room !== one.room ||
          other.from !== one.from ||
          other.start >= one.start + one.length ||
          one.start >= other.start + other.length,
      ),
  );

const limits = fc.record({
  max_automatic_bots_per_calendar_per_day: fc.integer({ min: 1, max: 6 }),
  max_automatic_bots_at_once: fc.integer({ min: 1, max: 3 }),
  one_bot_per_room: fc.boolean(),
});

it('the dry run says before rules are applied what becomes of every event, limits and rooms included', {
  timeout: 60_000 + runs * 20_000,
}, async () => {
  const foresee = async (given: Meeting[], limited: object) => {
    const meetings = withoutTies(given);
    const arranged = await arrangeCalendars(stack, 2);
    const { harness, timeOf, insert, events, put, syncAll } = arranged;
    const { projectId, table } = harness;
    const deps = { table, clock: harness.deps.clock };
    const settings = { ...defaultBotSettings, ...limited };
    await putBotSettings(table, projectId, settings);
    // The day after tomorrow, so that all are on one day.
    const start = 2 * day - ((millisOf(timeOf(0)) / 60_000) % day);
    for (const { room, calendar, ...times } of meetings) {
      insert(calendar, { ...times, link: `https://zoom.us/j/${900_000_000 + room}`, start: start + times.start });
    }
    await syncAll();
    harness.route();
    harness.ruled.splice(0);
    await put();

    const foreseen = (await listBotDecisions(deps, projectId, null)).rows.map(({ id, decision }) => ({ id, decision }));
    for (const { id, decision } of foreseen) {
      expect((await findBotDecision(deps, projectId, id))?.decision).toEqual(decision);
    }
    await harness.decide();
    const happened = (await listBotDecisions(deps, projectId, null)).rows.map(({ id, decision }) => ({ id, decision }));
    const withBot = new Set<string>((await events()).filter(({ bots }) => bots.length > 0).map(({ id }) => id));
    const about = { meetings, settings: limited };
    // An event may lack a place in its calendar and a free room. Which of both is found first depends on the workers.
    const noPlace = ['too_many_bots', 'duplicate_of_other_calendar'];
    const shown = (list: typeof foreseen) =>
      list.map(({ id, decision: { join, reason } }) => ({
        id,
        join,
        reason: noPlace.includes(reason) ? noPlace : reason,
      }));
    expect({ about, decisions: shown(foreseen) }).toEqual({ about, decisions: shown(happened) });
    for (const { id, decision } of happened) expect({ id, join: decision.join }).toEqual({ id, join: withBot.has(id) });
  };

  await fc.assert(fc.asyncProperty(fc.array(meeting, { minLength: 3, maxLength: 12 }), limits, foresee), {
    numRuns: runs,
    endOnFailure: true,
    // Other seeds find sequences that the dry run does not foresee yet (decision 32).
    ...(process.env.KALENDS_CAMPAIGN_RUNS ? {} : { seed: 2 }),
  });
});
