import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BotRule } from '../../shared/bot-rules/bot-rules.ts';
import { readBotRules } from '../../shared/bot-rules/bot-rules-store.ts';
import { decideBot } from '../../shared/bot-rules/decide-bot.ts';
import { findBotDecision } from '../../shared/bot-rules/find-bot-decision.ts';
import { putBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { deleteBot } from '../../shared/bots/delete-bot.ts';
import { readClaims } from '../../shared/bots/meeting-claim-store.ts';
import { readCalendars } from '../../shared/calendars/calendar-look-up-store.ts';
import { deleteCalendar } from '../../shared/calendars/delete-calendar.ts';
import { meetingKeysOf } from '../../shared/meeting-links/meeting-key.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { loadCalendar } from '../../shared/sync/sync-store.ts';
import { isCrash } from '../support/crashable-process.ts';
import { createRuleHarness } from '../support/rule-harness.ts';
import { simulateUser } from '../support/simulated-user.ts';
import { useStackWithOwnTable } from '../support/use-stack.ts';

/** A few runs belong to every test run; `npm run campaign` makes two hundred. */
const runs = process.env.KALENDS_CAMPAIGN_RUNS ? Math.max(200, Number(process.env.KALENDS_CAMPAIGN_RUNS)) : 8;

const stack = useStackWithOwnTable('rules-applied');

/** Two meetings in two spellings each, and none. */
const places = [
  'https://zoom.us/j/123456789',
  'https://acme.zoom.us/j/123456789?pwd=x',
  'https://meet.google.com/abc-defg-hij',
  'https://meet.google.com/abc-defg-hij?authuser=1',
  'Room 5',
];
const platforms = ['google', 'microsoft', 'google'] as const;

const change = fc.record({
  kind: fc.constantFrom(
    ...([
      'insert',
      'insert',
      'move',
      'place',
      'place',
      'rename',
      'remove',
      'rules',
      'rules',
      'ask',
      'delete bot',
    ] as const),
    ...(['disconnect', 'reconnect', 'drop'] as const),
  ),
  calendar: fc.integer({ min: 0, max: 2 }),
  event: fc.nat(3),
  value: fc.nat(9),
  /** Does its calendar's sync run now? Else with a later one. */
  isSynced: fc.boolean(),
  crashAfter: fc.option(fc.integer({ min: 1, max: 25 }), { freq: 2 }),
  /** Messages worked after it: which of those that wait, how often, and whether the process dies over it. */
  worked: fc.array(
    fc.record({
      index: fc.nat(9),
      times: fc.integer({ min: 1, max: 2 }),
      crashAfter: fc.option(fc.integer({ min: 1, max: 14 }), { freq: 2 }),
      isTogether: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  /** Is everything worked then, also what is held back? Later changes are not made good by the walk over all then. */
  isQuiet: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

/** Every simulated event has its own iCalendar UID: here only links are shared. */
const linkKeyOf = (event: Parameters<typeof meetingKeysOf>[0]): string | null => meetingKeysOf(event)[0] ?? null;

const passing = (error: unknown): void => {
  if (!isCrash(error) && !(error instanceof AppError)) throw error;
};

async function walk(firstRules: number, changes: Change[]): Promise<void> {
  const harness = createRuleHarness(stack);
  const { projectId, table, ruled, rules } = harness;
  const since = Math.floor(stack.local.now() / 60_000) * 60_000;
  await putBotSettings(table, projectId, harness.settings({ restore_bots_on_reconnect: true }));
  const calendars = await Promise.all(
    platforms.map(async (platform) => {
      const user = simulateUser(stack, platform, { since });
      const uuids = [user.insert('planning', 2, places[0])];
      return { user, uuids, isThere: true, ...(await harness.connect(user)) };
    }),
  );
  const [first] = calendars;
  const palette: BotRule[][] = [
    [],
    [{ action: 'join' }],
    [{ action: 'join', bot_name: 'Other', title_excludes: ['secret'] }],
    [
      { action: 'skip', title_matches: ['secret'] },
      { action: 'join', platforms: ['zoom'] },
    ],
    [{ action: 'join', calendars: [first?.id ?? ''] }],
  ];

  await harness.put(palette[firstRules % palette.length] ?? []);
  for (const { id } of calendars) await harness.finish(id, 'push');
  await harness.decide();

  /** The process dies after some calls, whatever it does; then another one is started. */
  const dying = async <Result>(after: number | null, work: () => Promise<Result>): Promise<'died' | 'lived'> => {
    harness.calls.made = 0;
    harness.calls.crashAfter = after ?? Number.POSITIVE_INFINITY;
    try {
      await work();
      return 'lived';
    } catch (error) {
      passing(error);
      return 'died';
    } finally {
      await harness.revive();
    }
  };
  const bots = async () =>
    (await Promise.all(calendars.filter(({ isThere }) => isThere).map(({ id }) => harness.stored(id))))
      .flat()
      .flatMap((event) => event.bots);

  for (const { kind, calendar: index, event, value, isSynced, crashAfter, worked, isQuiet } of changes) {
    const calendar = calendars[index];
    if (!calendar?.isThere) continue;
    const { user, uuids, id } = calendar;
    const uuid = uuids[event % Math.max(1, uuids.length)] ?? '';
    const hours = 2 + (value % 2);
    let trigger: 'push' | 'patch' = 'push';
    if (kind === 'insert') uuids.push(user.insert(value > 6 ? 'secret' : 'planning', hours, places[value % 5] ?? ''));
    if (uuid && kind === 'move') user.move(uuid, hours);
    if (uuid && kind === 'place') user.setLocation(uuid, places[value % 5] ?? '');
    if (uuid && kind === 'rename') user.rename(uuid, value > 4 ? 'secret' : `planning ${value}`);
    if (uuid && kind === 'remove') {
      user.remove(uuid);
      uuids.splice(uuids.indexOf(uuid), 1);
    }
    if (kind === 'disconnect') {
      user.account.revoked = true;
      user.expireAccessTokens();
      if (uuid) user.rename(uuid, 'unseen');
      await harness.refuseForTenMinutes(id);
    }
    if (kind === 'reconnect' && user.account.revoked) {
      user.account.revoked = false;
      trigger = 'patch';
    }
    await dying(crashAfter, async () => {
      if (kind === 'rules') await harness.put(palette[value % palette.length] ?? []);
      if (kind === 'ask') {
        const events = await harness.stored(id);
        await harness.create(events[event % Math.max(1, events.length)]?.id ?? '');
      }
      if (kind === 'delete bot') {
        const standing = await bots();
        await deleteBot(rules, projectId, standing[value % Math.max(1, standing.length)]?.id ?? '');
      }
      if (kind === 'drop' && index === 2) {
        await deleteCalendar(harness.deps, (await harness.load(id)).calendar);
      }
      if (isSynced || trigger === 'patch') await harness.finish(id, trigger);
    });
    if (kind === 'drop' && index === 2) {
      // The request has hidden it, or has failed and is made again.
      const stored = (await loadCalendar(table, id))?.calendar;
      if (stored && !stored.deleted_at) await deleteCalendar({ ...harness.deps, table }, stored);
      calendar.isThere = false;
    }

    for (const { index: wanted, times, crashAfter: after, isTogether } of worked) {
      await harness.workBots();
      harness.route();
      const taken = isTogether ? ruled.splice(0) : ruled.splice(wanted % Math.max(1, ruled.length), 1);
      const deliveries = taken.flatMap((entry) => Array.from({ length: times }, () => entry));
      const fate = await dying(after, async () => {
        const outcomes = await Promise.allSettled(deliveries.map((entry) => harness.work(entry)));
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      });
      // What was not worked to its end is delivered again, some time.
      if (fate === 'died') ruled.push(...taken.map((entry) => ({ ...entry, attempt: 2 })));
    }
    if (isQuiet) await harness.decide();
  }

  for (let round = 0; round < 2; round += 1) {
    for (const { id, isThere, user } of calendars) {
      if (isThere) await harness.finish(id, user.account.revoked ? 'push' : 'patch');
      else for (let run = 0; run < 2; run += 1) await harness.finish(id, 'delete');
    }
    // Timers make good what messages were lost for.
    stack.local.advanceClock(3 * 60_000);
    await harness.tick();
    await harness.workBots();
    harness.route();
    await Promise.all(ruled.splice(0).map((entry) => harness.work(entry)));
    await harness.decide();
  }
  await expectAgreement();

  async function expectAgreement(): Promise<void> {
    const living = calendars.filter(({ isThere }) => isThere);
    const events = (await Promise.all(living.map(({ id }) => harness.stored(id)))).flat();
    const stored = await readCalendars(
      table,
      projectId,
      living.map(({ id }) => id),
    );
    const held = await readBotRules(table, projectId);
    const now = timestampOf(stack.local.now());
    const claims = await readClaims(table, projectId, [...new Set(events.flatMap(meetingKeysOf))]);
    /** A user has removed the bot of its meeting, which keeps its UID when its link changes. */
    const isSuppressed = (event: (typeof events)[number]): boolean =>
      meetingKeysOf(event).some((key) => claims.get(key)?.suppressed);

    // By the decisions that the API answers.
    const [decided, standing]: [string[], string[]] = [[], []];
    for (const event of events) {
      const found = await findBotDecision({ table, clock: harness.deps.clock }, projectId, event.id);
      const isAsked = event.bots.some((bot) => !bot.automatic);
      const about = `${event.calendar_id} ${event.name} ${linkKeyOf(event)} ${found?.decision.reason}`;
      if (found?.decision.join && !isAsked) decided.push(`${about} ${found.decision.bot_name}`);
      standing.push(...event.bots.flatMap((bot) => (bot.automatic ? `${about} ${bot.bot_name}` : [])));
    }
    expect(standing).toEqual(decided);
    // And without them: one bot for each meeting that rules want in some calendar, none for any other.
    for (const [key, group] of Map.groupBy(events, linkKeyOf)) {
      const isWanting = (event: (typeof events)[number]): boolean =>
        decideBot(held, event, stored.get(event.calendar_id) ?? null, now).join && !isSuppressed(event);
      const isWanted = key !== null && group.some(isWanting);
      const automatic = group.flatMap((event) => event.bots.filter((bot) => bot.automatic));
      const isAsked = group.some((event) => event.bots.some((bot) => !bot.automatic));
      expect(automatic.map((bot) => bot.meeting_keys?.[0])).toEqual(isWanted && !isAsked ? [key] : []);
    }
  }
}

const nothing = { calendar: 0, event: 0, value: 0, isSynced: false, crashAfter: null, worked: [], isQuiet: false };
const soon = { index: 1, times: 1, crashAfter: null, isTogether: false };

/** Somebody has asked for two bots of a meeting: when one goes, the other one is the meeting's, and rules make no third. */
const twoAskedFor: [number, Change[]] = [
  3,
  [
    { ...nothing, kind: 'ask', event: 2, value: 3 },
    { ...nothing, kind: 'ask', calendar: 1, event: 2, value: 4, isSynced: true },
    { ...nothing, kind: 'place', value: 5, crashAfter: 5, worked: [{ ...soon, index: 5, times: 2 }] },
    {
      ...nothing,
      kind: 'remove',
      event: 1,
      value: 5,
      worked: [
        { ...soon, index: 4, times: 2, crashAfter: 14 },
        { ...soon, index: 4 },
      ],
    },
    { ...nothing, kind: 'rules', calendar: 2, value: 1, isSynced: true, crashAfter: 3, worked: [soon], isQuiet: true },
  ],
];

it('after any changes of events, calendars, rules and bots the automatic bots are exactly the decisions to join, one per meeting', {
  timeout: 60_000 + runs * 15_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(0, 1, 1, 2, 2, 3, 4), fc.array(change, { minLength: 3, maxLength: 10 }), walk),
    { numRuns: runs, endOnFailure: true, examples: [twoAskedFor] },
  );
});
