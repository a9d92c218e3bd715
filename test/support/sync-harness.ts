import { randomUUID } from 'node:crypto';
import { readBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { getBots } from '../../shared/bots/bot-store.ts';
import { createMeetingHosts } from '../../shared/bots/meeting-hosts-store.ts';
import { reconcileCalendarBots } from '../../shared/bots/reconcile-calendar-bots.ts';
import type { Calendar } from '../../shared/calendars/calendar.ts';
import { createCalendar } from '../../shared/calendars/create-calendar.ts';
import { createContentPolicies } from '../../shared/content-policy/content-policy-store.ts';
import type { EventRow } from '../../shared/events/event-row.ts';
import { type EventWithBots, joinBots } from '../../shared/events/join-bots.api.ts';
import { listCalendarEvents } from '../../shared/events/list-calendar-events.ts';
import type { WebhookPayload } from '../../shared/notifications/notification.ts';
import { accountTimingMs } from '../../shared/platform/account-timing.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { type CalendarId, randomId } from '../../shared/platform/ids.ts';
import { millisOf, timestampOf } from '../../shared/platform/timestamp.ts';
import type { CalendarProvider } from '../../shared/providers/calendar-provider.ts';
import { createGoogleProvider } from '../../shared/providers/google/google-provider.ts';
import { createMicrosoftProvider } from '../../shared/providers/microsoft/microsoft-provider.ts';
import type { Page, PageCursor } from '../../shared/store/page.ts';
import type { Table } from '../../shared/store/table.ts';
import { orderings } from '../../shared/store/table-schema.ts';
import { syncCalendar } from '../../shared/sync/sync-calendar.ts';
import type { SyncMessage } from '../../shared/sync/sync-message.ts';
import { pushBucket, type SyncQueue, type SyncQueues } from '../../shared/sync/sync-queue.ts';
import type { SyncDeps, SyncOutcome } from '../../shared/sync/sync-run.ts';
import type { SyncState } from '../../shared/sync/sync-state.ts';
import { loadCalendar } from '../../shared/sync/sync-store.ts';
import { syncWindowAt } from '../../shared/sync/sync-window.ts';
import { laneShare } from '../../shared/worker-shares/lane-share-store.ts';
import { Crash, createCrashableProcess } from './crashable-process.ts';
import { interceptTable } from './intercept-table.ts';
import { openStackTable } from './open-stack-table.ts';
import { silentLogger } from './silent-logger.ts';
import type { SimulatedUser } from './simulated-user-port.ts';
import type { TestStack } from './start-test-stack.ts';

const [pastDays, futureDays] = [1, 28];
/** As the stack has them by default. */
const [debounceWidthMs, debounceDelayMs] = [500, 1_000];

/**
 * The sync action in this process, on the stack's DynamoDB Local and the Google simulator, with a queue and a bus that
 * only remember; calls to the table, the provider, the bus and the queue are counted and can be made the last.
 */
export function createSyncHarness(
  { local, google, microsoft }: TestStack,
  observe: (table: Table) => Table = (table) => table,
) {
  const { now, advanceClock } = local;
  const clock = createClock(now);
  const projectId = randomId('proj');
  const notifications: WebhookPayload[] = [];
  const sent: SyncMessage[] = [];
  /** Messages of the bot queue, with when they come out of it. */
  const called: { botId: string; delaySeconds: number; dueAt: number }[] = [];
  /** Messages of the bot queue about calendars whose connection has changed. */
  const calendarsToReconcile: CalendarId[] = [];
  const { calls, outside, revive } = createCrashableProcess();
  const direct = observe(openStackTable(local));
  const table = interceptTable(direct, outside);
  const counted = (provider: CalendarProvider): CalendarProvider => ({
    ...provider,
    authorize: (given) => outside(() => provider.authorize(given)),
    fetchPage: (token, request) => outside(() => provider.fetchPage(token, request)),
    lookUp: (token, request, mayGoOn) => outside(() => provider.lookUp(token, request, mayGoOn)),
    findInList: (token, address) => outside(() => provider.findInList(token, address)),
    locate: (token, address) => outside(() => provider.locate(token, address)),
    describe: (token, address) => outside(() => provider.describe(token, address)),
    openChannel: (token, request) => outside(() => provider.openChannel(token, request)),
    ...(provider.renewChannel && {
      renewChannel: (token, channel) => outside(async () => (await provider.renewChannel?.(token, channel)) ?? null),
    }),
    closeChannel: (token, channel) => outside(() => provider.closeChannel(token, channel)),
  });
  const remember = (message: SyncMessage): Promise<void> => outside(() => Promise.resolve(void sent.push(message)));
  const sameQueue = (queue: SyncQueue): SyncQueues => ({ google: queue, microsoft: queue });
  const base = { table, clock, logger: silentLogger, random: () => 0 };
  const deps: SyncDeps = {
    table,
    providers: {
      google: counted(createGoogleProvider({ apiUrl: google.url, oauthUrl: google.url, clock })),
      microsoft: counted(
        createMicrosoftProvider({ graphUrl: microsoft.url, loginUrl: microsoft.url, tenant: 'common', clock }),
      ),
    },
    // Sealing has tests of its own; here a sealed text must only differ from the plain one.
    envelope: {
      seal: async ({ owner }, text) => `v1.${owner}:${text}:${randomUUID()}`,
      open: async ({ owner }, sealed) => sealed.slice(owner.length + 4, -37),
    },
    bus: {
      publish: (notification) =>
        outside(async () => {
          notifications.push(notification.payload);
        }),
      publishAll: (published) =>
        outside(async () => {
          notifications.push(...published.map(({ payload }) => payload));
          return published.map(() => null);
        }),
    },
    queues: sameQueue({
      sendLook: remember,
      send: remember,
      sendChange: remember,
      sendLong: remember,
      sendAll: (entries) =>
        outside(async () => {
          sent.push(...entries.map(({ message }) => message));
        }),
    }),
    botQueue: {
      sendAll: (entries) =>
        outside(async () => {
          called.push(...entries.map((entry) => ({ ...entry, dueAt: now() + entry.delaySeconds * 1000 })));
        }),
      sendCalendar: ({ calendar_id: calendarId }) =>
        outside(async () => {
          calendarsToReconcile.push(calendarId);
        }),
    },
    shares: {
      google: laneShare(base, { lane: 'google-sync', size: 25, leaseMs: 120_000 }),
      microsoft: laneShare(base, { lane: 'microsoft-sync', size: 25, leaseMs: 120_000 }),
    },
    longGroups: 4,
    findMeetingHosts: createMeetingHosts(table, clock),
    findContentPolicy: createContentPolicies(table, clock),
    botLeadMs: 120_000,
    clock,
    logger: silentLogger,
    newId: randomUUID,
    random: () => 0,
    signingSecret: 'test-signing-secret',
    publicUrl: local.url,
    window: { pastDays, futureDays },
    retention: { eventDays: 60, logDays: 30 },
  };

  /** Works the messages of the bot queue about calendars. A message stays until its work is done. */
  const reconcileBots = async (): Promise<void> => {
    const readSettings = (project: string) => readBotSettings(deps.table, project);
    for (let [id] = calendarsToReconcile; id; [id] = calendarsToReconcile) {
      await reconcileCalendarBots({ ...deps, readSettings }, id, () => true);
      calendarsToReconcile.shift();
    }
  };

  const deliver = async (
    calendarId: string,
    trigger: SyncMessage['trigger'],
    attempt = 1,
    more: Pick<SyncMessage, 'lifecycle' | 'channel'> = {},
  ): Promise<SyncOutcome> => {
    const sentAt = now();
    const push = trigger === 'push' && { bucket_ends_at: pushBucket('', sentAt, debounceWidthMs).endsAt };
    // The queue holds pushes back until their bucket has closed.
    if (push) local.advanceClock(debounceDelayMs);
    const outcome = await syncCalendar(deps, {
      calendar_id: calendarId,
      trigger,
      ...push,
      ...more,
      sentAt,
      attempt,
      remainingMs: () => 60_000,
    });
    await reconcileBots();
    return outcome;
  };

  /** Lets time pass as queue and timers do, until a run disconnects the calendar. @returns the last outcome */
  const passTime = async (calendarId: string, ms: number): Promise<SyncOutcome> => {
    const end = now() + ms;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await deliver(calendarId, 'schedule', attempt);
      const due = millisOf((await loadCalendar(direct, calendarId))?.sync.due_at ?? timestampOf(end));
      const next = outcome.kind === 'retry' ? now() + outcome.delayMs : due;
      if (outcome.kind !== 'retry') attempt = 0;
      if (outcome.kind === 'disconnected' || next > end) {
        if (outcome.kind !== 'disconnected') advanceClock(Math.max(0, end - now()));
        return outcome;
      }
      advanceClock(Math.max(0, Math.ceil(next - now())));
    }
  };

  /** A calendar that has synced is refused so often and for so long that the next refusal is believed. */
  const refuseForTenMinutes = async (calendarId: string): Promise<void> => {
    for (const attempt of [1, 2]) await deliver(calendarId, 'schedule', attempt);
    advanceClock(10 * 60_000);
  };

  return {
    deps,
    /** The table, uncounted. */
    table: direct,
    projectId,
    notifications,
    sent,
    called,
    calls,
    outside,
    revive,
    /** Connects a calendar of the simulator; its first sync is up to the test. */
    connect: async (
      { platform, account }: Pick<SimulatedUser, 'platform' | 'account'>,
      {
        platformUuid,
        mailbox,
        deduplicationKey,
      }: { platformUuid?: string; mailbox?: string; deduplicationKey?: string } = {},
    ) => {
      const created = await createCalendar({ ...deps, table: direct }, projectId, {
        platform,
        client_id: account.clientId,
        client_secret: account.clientSecret,
        refresh_token: account.refreshToken,
        platform_uuid: platformUuid,
        mailbox,
        deduplication_key: deduplicationKey,
      });
      if (!created) throw new Error('not created');
      return created.calendar;
    },
    deliver,
    /** Delivers until the message is complete, as the queue does. */
    finish: async (calendarId: string, trigger: SyncMessage['trigger']): Promise<SyncOutcome> => {
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await deliver(calendarId, trigger, attempt);
        if (outcome.kind !== 'retry') return outcome;
      }
    },
    passTime,
    refuseForTenMinutes,
    /** Disconnects a calendar that has synced and is refused. */
    loseAccess: async (calendarId: string): Promise<void> => {
      await refuseForTenMinutes(calendarId);
      const outcome = await deliver(calendarId, 'schedule');
      if (outcome.kind !== 'disconnected') throw new Error(`not disconnected: ${outcome.kind}`);
    },
    /** Delivers until the message is complete, as the queue does; the first delivery dies after its n-th call. */
    deliverCrashing: async (
      calendarId: string,
      trigger: SyncMessage['trigger'],
      crashAfter: number,
    ): Promise<boolean> => {
      calls.made = 0;
      calls.crashAfter = crashAfter;
      const crashed = await deliver(calendarId, trigger).then(
        () => false,
        (error: unknown) => {
          if (error instanceof Crash || calls.made >= crashAfter) return true;
          throw error;
        },
      );
      await revive();
      // The queue hides a message of a killed function for longer than a refresh of the account may be under way.
      if (crashed) advanceClock(accountTimingMs.refreshLease);
      if (crashed) await deliver(calendarId, trigger, 2);
      return crashed;
    },
    load: async (calendarId: string): Promise<{ calendar: Calendar; sync: SyncState; outbox: unknown[] }> => {
      const loaded = await loadCalendar(direct, calendarId);
      if (!loaded) throw new Error('calendar is gone');
      return { ...loaded, outbox: [...loaded.outbox, ...(loaded.sync.outbox ?? [])] };
    },
    /** All events of a calendar, deleted ones too. */
    stored: async (calendarId: string): Promise<EventWithBots[]> => {
      const complete = (rows: EventRow[]) => joinBots((ids) => getBots(direct, ids), rows);
      const events: EventWithBots[] = [];
      let cursor: PageCursor | null = null;
      do {
        const page: Page<EventWithBots> = await listCalendarEvents(
          { table: direct, complete, bytesOf: () => 0 },
          projectId,
          {
            calendarId,
            deduplicationKey: null,
            eventId: null,
            updatedAtGte: null,
            startTimeGte: null,
            endTimeLte: null,
            ordering: orderings[1],
            ascending: true,
            cursor,
          },
        );
        events.push(...page.rows);
        cursor = page.next;
      } while (cursor);
      return events;
    },
    /** The window as the simulator lists it: what `stored` must equal. */
    window: () => syncWindowAt(now(), { pastDays, futureDays }),
  };
}

export type SyncHarness = ReturnType<typeof createSyncHarness>;
