import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findAccount, listAccounts } from '../../shared/accounts/account-store.ts';
import { createAccountTokens } from '../../shared/accounts/account-tokens.ts';
import { changeGrant } from '../../shared/accounts/change-grant.ts';
import { connectAccount } from '../../shared/accounts/connect-account.ts';
import { connectCalendars } from '../../shared/accounts/connect-calendars.ts';
import { deleteAccount } from '../../shared/accounts/delete-account.ts';
import { listBotDecisions } from '../../shared/bot-rules/list-bot-decisions.ts';
import { botTimerTarget } from '../../shared/bots/bot-timer-target.ts';
import { deleteBot } from '../../shared/bots/delete-bot.ts';
import { updateBotSettings } from '../../shared/bots/update-bot-settings.ts';
import { freeCalendarPlace, takeCalendarPlace } from '../../shared/calendars/calendar-count-store.ts';
import { findCalendar } from '../../shared/calendars/calendar-store.ts';
import { deleteCalendar } from '../../shared/calendars/delete-calendar.ts';
import { listCalendars } from '../../shared/calendars/list-calendars.ts';
import { updateCalendar } from '../../shared/calendars/update-calendar.ts';
import { applyContentPolicy } from '../../shared/content-policy/apply-content-policy.ts';
import { openBotsCommit } from '../../shared/events/change-feed/bots-change-store.ts';
import { openCommit } from '../../shared/events/change-feed/change-feed-store.ts';
import { listCalendarChanges } from '../../shared/events/change-feed/list-calendar-changes.ts';
import { findEvent } from '../../shared/events/event-store.ts';
import { listCalendarEvents } from '../../shared/events/list-calendar-events.ts';
import { createIdempotencyStore } from '../../shared/http/idempotency-store.ts';
import { createOAuthApp } from '../../shared/oauth-apps/create-oauth-app.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { randomId } from '../../shared/platform/ids.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { syncTimingMs } from '../../shared/platform/timing.ts';
import { createApiKey, createProject } from '../../shared/projects/create-project.ts';
import { createProjectLimiter } from '../../shared/projects/limit-project.ts';
import { limitNames, type ProjectLimits } from '../../shared/projects/project-limits.ts';
import { setLimit } from '../../shared/projects/project-limits-store.ts';
import { findProjectByKeyHash, listApiKeys, listProjects, revokeApiKey } from '../../shared/projects/project-store.ts';
import { createRateBudget } from '../../shared/projects/rate-budget.ts';
import type { Table } from '../../shared/store/table.ts';
import { orderings } from '../../shared/store/table-schema.ts';
import { listCalendarSyncs } from '../../shared/sync/list-calendar-syncs.ts';
import { syncCalendar } from '../../shared/sync/sync-calendar.ts';
import { syncTimerTarget } from '../../shared/sync/sync-timer-target.ts';
import { dispatchTimers } from '../../shared/timers/dispatch-timers.ts';
import { deleteWebhook, listWebhooks } from '../../shared/webhooks/endpoint-store.ts';
import { listWebhookDeliveries } from '../../shared/webhooks/list-webhook-deliveries.ts';
import { redeliver } from '../../shared/webhooks/redeliver.ts';
import { updateWebhook } from '../../shared/webhooks/update-webhook.ts';
import { zoomLink } from '../support/botted-calendar.ts';
import { createDeliveryHarness } from '../support/delivery-harness.ts';
import { liveBots } from '../support/live-bots.ts';
import { openStackTable } from '../support/open-stack-table.ts';
import { readDeliveryRows } from '../support/read-deliveries.ts';
import { recordTableCalls } from '../support/record-table-calls.ts';
import { createRuleHarness } from '../support/rule-harness.ts';
import { simulateUser } from '../support/simulated-user.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import type { SyncHarness } from '../support/sync-harness.ts';
import { useStackWithOwnTable } from '../support/use-stack.ts';
import { walkConnect, walkOAuthApps } from '../support/walk-connect.ts';
import { walkOrganizations } from '../support/walk-organizations.ts';
import { walkSelection } from '../support/walk-selection.ts';
import { walkTicks } from '../support/walk-ticks.ts';

const stack = useStackWithOwnTable('access-patterns');

/** The first column of the table in the document: `` `pattern` ``. */
function documentedPatterns(): string[] {
  const text = readFileSync(new URL('../../docs/data-model.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('## Access patterns'));
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, pattern = '']) => pattern).sort();
}

const smallLimits = Object.fromEntries(limitNames.map((name) => [name, 1])) as ProjectLimits;

const idle = { lookAheadMs: 0, leaseMs: 60_000, send: () => Promise.resolve() };

/** Everything that is done with endpoints and deliveries. */
async function walkWebhooks(table: Table): Promise<void> {
  const harness = createDeliveryHarness(table);
  const { deps } = harness;
  const stopped = await harness.addEndpoint(() => 410);
  const slow = await harness.addEndpoint(() => ({ status: 500 }));
  await harness.announce();
  await harness.pass(10_000);
  harness.jump(3_600_000);
  await harness.tick();
  await updateWebhook(deps, stopped, { is_active: true });
  await listWebhooks(table, harness.projectId);
  const [delivery] = (await listWebhookDeliveries(table, slow.id, { status: null, cursor: null })).rows;
  await redeliver(deps, slow, delivery?.id ?? '');
  const rows = await readDeliveryRows(openStackTable(stack.local), slow.id);
  // Died after the first step: the purge is left to its timer.
  await deleteWebhook(table, slow, deps.clock.stamp(), timestampOf(deps.clock.now()));
  await deleteWebhook(table, stopped, deps.clock.stamp(), timestampOf(deps.clock.now()));
  await harness.tick();
  await harness.restore(rows.filter(({ SK }) => String(SK).endsWith(delivery?.id ?? 'none')));
  harness.jump(3_600_000);
  await harness.tick();
}

/** Everything that is done with accounts: consents to an app, a refresh, calendars that come and go. */
async function walkAccounts(harness: SyncHarness, user: SimulatedUser): Promise<void> {
  const { deps, projectId } = harness;
  const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = user.account;
  const { platform } = user;
  const app = await createOAuthApp(deps, projectId, { platform, client_id, client_secret });
  const consent = { platform, oauth_app_id: app.id, client_id, provider_account_id: 'tenant.user', refresh_token };
  const limiter = { limitOf: () => Promise.resolve(10), refuse: () => new AppError('throttled', 'full') };
  const connectDeps = { ...deps, limiter };
  const first = { platform_uuid: null };
  const account = await connectAccount(connectDeps, projectId, { ...consent, account_email: null }, first);
  const ids: string[] = [];
  const wanted = [first, { platform_uuid: user.calendar }];
  await connectCalendars(connectDeps, account, wanted, (id) => ids.push(id));
  for (const id of ids) await harness.deliver(id, 'create');
  await connectAccount(connectDeps, projectId, { ...consent, account_email: user.account.email }, first);
  await harness.deliver(ids[0] ?? 'none', 'patch');
  await listAccounts(deps.table, projectId, null, 25);
  // A refused refresh gives its lease back.
  const noAnswer = () => Promise.reject(new Error('no answer'));
  const refused = { authorize: noAnswer, authorizeOrganization: noAnswer };
  const providers = { google: refused, microsoft: refused };
  await changeGrant(deps, account.id, { refresh_token });
  await expect(createAccountTokens({ ...deps, providers }, { account }).obtain()).rejects.toThrow('no answer');
  await deleteAccount(deps, (await findAccount(deps.table, projectId, account.id)) ?? expect.fail('no account'), () =>
    freeCalendarPlace(deps.table, projectId),
  );
  for (const id of ids) await harness.finish(id, 'delete');
}

/** A delta of many pages, of which the first run reads some. */
async function readInTwoRuns(harness: SyncHarness, user: SimulatedUser, calendarId: string): Promise<void> {
  user.insertMany(Array.from({ length: 40 }, (_, index) => ({ name: `of page ${index}`, hours: 2 })));
  stack.microsoft.switches.pageSize = 1;
  const slow = { on: 'delta' as const, account: user.account.email, times: 60, outcome: { delayMs: 20 } };
  stack.microsoft.faults.push(slow);
  const request = { calendar_id: calendarId, trigger: 'push' as const, sentAt: harness.deps.clock.now(), attempt: 1 };
  const outcome = await syncCalendar(harness.deps, { ...request, remainingMs: () => syncTimingMs.readReserve + 300 });
  expect(outcome).toEqual({ kind: 'continued' });
  stack.microsoft.switches.pageSize = 1000;
  stack.microsoft.faults.length = 0;
  await harness.deliver(calendarId, 'push');
}

it('the requests to the table are exactly those that docs/data-model.md lists', async () => {
  let recorded: ReturnType<typeof recordTableCalls> | undefined;
  const harness = createRuleHarness(stack, (direct) => {
    recorded = recordTableCalls(direct);
    return recorded.table;
  });
  const { table, deps, projectId } = harness;
  const { clock, logger } = deps;

  const project = await createProject({ table, clock }, 'patterns');
  await createApiKey({ table, clock }, project.projectId, 'second');
  const [key] = await listApiKeys(table, project.projectId);
  await listProjects(table);
  await findProjectByKeyHash(table, 'hash');
  await revokeApiKey(table, project.projectId, key?.id ?? '');
  await setLimit(table, projectId, 'posts_per_minute', 5);
  const limiter = createProjectLimiter({ table, clock, logger, limits: smallLimits, budget: createRateBudget() });
  await limiter.throttle(projectId, { operation: 'createBot', method: 'POST' });
  await takeCalendarPlace(table, projectId, await limiter.limitOf(projectId, 'calendars'), clock.now());
  await freeCalendarPlace(table, projectId);
  const idempotency = createIdempotencyStore(table);
  const claim = { projectId, keyHash: 'key', requestHash: 'request', claimId: 'one', claimedAt: clock.now() };
  await idempotency.claimKey(claim);
  await idempotency.storeAnswer(claim, 'v1.sealed');
  await idempotency.releaseKey(claim);

  // The project has read its feed before: its commits have markers, and their rows are in the index.
  const feed = { table, clock, retentionDays: 30, pause: () => Promise.resolve() };
  const before = createClock(() => clock.now() - 3 * 86_400_000);
  await listCalendarChanges({ ...feed, clock: before }, projectId, { calendarId: null, cursor: null });

  // The clock may pass midnight during the test.
  const firstDay = clock.stamp().slice(0, 10);
  // Microsoft's refresh tokens rotate: that is another write.
  const user = simulateUser(stack, 'microsoft');
  const uuid = user.insert('one', 1);
  const created = await harness.connect(user, { deduplicationKey: 'key' });
  await harness.deliver(created.id, 'create');
  user.remove(uuid);
  user.remove(user.insert('unknown', 1));
  user.insertSeries('series', 1, 'day');
  await harness.deliver(created.id, 'push');
  user.insert('ahead', 28 * 24 + 1);
  await harness.deliver(created.id, 'push');
  await readInTwoRuns(harness, user, created.id);
  stack.local.advanceClock(2 * 3_600_000);
  for (let run = 0; run < 12; run += 1) await harness.deliver(created.id, 'schedule');
  const known = await findCalendar(table, projectId, created.id);
  if (known) await listCalendarSyncs(table, known, null);
  await liveBots(harness, stack, user, created.id);
  user.insert('decided', 30, zoomLink);
  await harness.deliver(created.id, 'push');
  await harness.put([{ action: 'join' }]);
  await harness.decide();
  await listBotDecisions({ table, clock }, projectId, null);
  // The calendar has no place for a bot for a while.
  for (const max_automatic_bots_at_once of [0, 5]) {
    const { envelope } = deps;
    await updateBotSettings(
      { ...harness.rules, ...harness.asksForRules, envelope, syncCalendars: async () => undefined },
      projectId,
      {
        max_automatic_bots_at_once,
      },
    );
    await harness.decide();
    await listBotDecisions({ table, clock }, projectId, null);
  }
  const gone = user.insert('gone', 31, zoomLink);
  await harness.deliver(created.id, 'push');
  await harness.decide();
  user.remove(gone);
  await harness.deliver(created.id, 'push');
  const made = (await harness.stored(created.id)).flatMap(({ bots }) =>
    bots.filter(({ automatic, state }) => automatic && state === 'scheduled'),
  );
  await deleteBot(harness.rules, projectId, made[0]?.id ?? '');
  await harness.put([]);
  await harness.decide();
  user.account.revoked = true;
  user.expireAccessTokens();
  await harness.loseAccess(created.id);
  user.account.revoked = false;
  await harness.finish(created.id, 'patch');

  for (const ordering of orderings) {
    for (const calendarId of [created.id, null]) {
      const none = { deduplicationKey: null, eventId: null, updatedAtGte: null, startTimeGte: null, endTimeLte: null };
      await listCalendarEvents({ table, complete: async (rows) => rows, bytesOf: () => 0 }, projectId, {
        ...none,
        calendarId,
        ordering,
        ascending: true,
        cursor: null,
      });
    }
  }
  await listCalendarChanges(feed, projectId, { calendarId: null, cursor: null });
  const own = { calendarId: created.id, cursor: { position: firstDay, index: -1 } };
  await listCalendarChanges(feed, projectId, own);
  const followed = {
    id: randomId('bot'),
    project_id: projectId,
    calendar_id: created.id,
    calendar_event_id: 'evt_1',
    version: 1,
  };
  await (await openBotsCommit({ ...deps, table }, [followed])).close('refused');
  await openCommit(table, created, { name: 'of a dead run', openedAt: timestampOf(0), expiresAt: 0 });
  await listCalendarChanges(feed, projectId, { calendarId: null, cursor: null });
  const [event] = await harness.stored(created.id);
  await findEvent(table, projectId, event?.id ?? '');
  const living = (await harness.stored(created.id)).find(({ is_deleted }) => !is_deleted);
  await walkTicks(table, created, living ?? expect.fail('no living event'));
  await listCalendars(table, projectId, { deduplicationKey: undefined, cursor: null });
  await listCalendars(table, projectId, { deduplicationKey: 'key', cursor: null });
  const { calendar: found } = (await findCalendar(table, projectId, created.id)) ?? expect.fail('not found');
  await walkConnect(table, projectId, created.id);
  await applyContentPolicy({ ...deps, table }, projectId, { mode: 'busy_only', fields: [], drop_event_types: [] });
  await updateCalendar({ ...deps, table }, found, { metadata: { a: 'b' } });
  await deleteCalendar({ ...deps, table }, found);
  const later = { now: () => clock.now() + 3_600_000, stamp: () => timestampOf(clock.now() + 3_600_000) };
  await dispatchTimers(
    {
      table,
      targets: {
        'google-sync': syncTimerTarget(deps.queues.google),
        'microsoft-sync': syncTimerTarget(deps.queues.microsoft),
        delivery: idle,
        bot: botTimerTarget(deps.botQueue, later),
        follow: idle,
      },
      logger: deps.logger,
      clock: later,
    },
    () => 10_000,
  );
  await harness.deliver(created.id, 'delete');

  await walkWebhooks(table);
  await walkOAuthApps(table, projectId);
  await walkSelection(harness, simulateUser(stack, 'google'));
  await walkOrganizations(table, projectId);
  await walkAccounts(harness, simulateUser(stack, 'microsoft', { secondary: true }));

  expect([...(recorded?.patterns ?? [])].sort()).toEqual(documentedPatterns());
}, 240_000);
