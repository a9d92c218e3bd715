import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { logBytes, measuredCounts } from '../../../local/cost/measured-counts.ts';
import { getBots } from '../../../shared/bots/bot-store.ts';
import { type Calendar, type Platform, platforms } from '../../../shared/calendars/calendar.ts';
import { joinBots } from '../../../shared/events/join-bots.api.ts';
import { listCalendarEvents } from '../../../shared/events/list-calendar-events.ts';
import { createLogger } from '../../../shared/platform/create-logger.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { Table } from '../../../shared/store/table.ts';
import { orderings } from '../../../shared/store/table-schema.ts';
import { createWebhook } from '../../../shared/webhooks/create-webhook.ts';
import { fanOut } from '../../../shared/webhooks/fan-out.ts';
import { countUnits, describeUnits, type UnitMeter, type Units } from '../../support/count-units.ts';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('costs');

/** A calendar with a hundred events, in a project with one webhook endpoint that answers at once. */
async function arrange(platform: Platform) {
  let meter: UnitMeter | undefined;
  const harness = createSyncHarness(stack, (direct) => {
    meter = countUnits(direct);
    return meter.table;
  });
  if (!meter) throw new Error('the harness has not opened its table');
  const { units, entries, reset, table } = meter;
  const { clock } = harness.deps;
  const delivery = { ...createDeliveryHarness(table).deps, clock };
  const user = simulateUser(stack, platform);
  // CloudWatch counts 26 bytes more for each line.
  let logged = 0;
  const env = { SERVICE_NAME: 'fan-out-notification', _X_AMZN_TRACE_ID: `Root=1-67891233-${'a'.repeat(24)};Sampled=0` };
  const logger = createLogger((line) => {
    logged += Buffer.byteLength(line) + 26;
  }, env);
  logger.addContext({ awsRequestId: randomUUID() });
  harness.deps.logger = logger;
  const events = user.insertMany(
    Array.from({ length: 100 }, (_, hour) => ({ name: `event ${hour}`, hours: hour + 1 })),
  );
  const { id } = await harness.connect(user);
  await harness.deliver(id, 'create');
  await createWebhook(delivery, harness.projectId, {
    url: 'https://endpoint.example.com/',
    triggers: ['calendar.events_update'],
    is_active: true,
  });

  /** A push, its sync, and the delivery of what it announces. */
  const change = async (make: () => void): Promise<{ units: Units; lines: string; logged: number }> => {
    make();
    // Read once a minute and process.
    await harness.deps.findContentPolicy(harness.projectId, '');
    reset();
    logged = 0;
    harness.notifications.length = 0;
    await harness.deliver(id, 'push');
    for (const payload of harness.notifications) {
      await fanOut({ ...delivery, logger }, { project_id: harness.projectId, payload, at: timestampOf(clock.now()) });
    }
    return { units: units(), lines: describeUnits(entries()), logged };
  };
  const [event = ''] = events;
  // The endpoint proves that it is healthy.
  for (const name of ['one', 'two']) await change(() => user.rename(event, name));
  return { change, user, event };
}

const show = (what: string, { writes, reads, requests }: Units, lines: string): void => {
  process.stdout.write(`${what}: ${writes} write units, ${reads} read units, ${requests} requests\n${lines}\n`);
};

describe.each(platforms)(
  'the request units of a change in a calendar of %s, from the push to its delivery',
  (platform) => {
    it('are these at most, each time', { timeout: 60_000 }, async () => {
      const { change, user, event } = await arrange(platform);
      const makes = {
        'a title changes': (run: number) => user.rename(event, `three ${run}`),
        'an event moves': (run: number) => user.move(event, 30 + run),
        'a notification without a change': () => undefined,
      };
      for (const [what, make] of Object.entries(makes) as [keyof typeof makes, (run: number) => void][]) {
        // A row of the sync log has about nine runs. None of the changes pays for a new one.
        for (let run = 0; run < (what === 'a title changes' ? 12 : 3); run += 1) {
          const { units, lines, logged } = await change(() => make(run));
          if (run === 0) show(`${what} at ${platform}`, units, lines);
          const { writes, reads, requests } = measuredCounts[what];
          expect(units.writes, `${what}: write units\n${lines}`).toBeLessThanOrEqual(writes);
          // The model of the costs counts with what is measured, not with more.
          expect(units.writes, `${what}: write units\n${lines}`).toBeGreaterThanOrEqual(writes - 1);
          expect(units.reads, `${what}: read units\n${lines}`).toBeLessThanOrEqual(reads);
          expect(units.requests, `${what}: requests\n${lines}`).toBeLessThanOrEqual(requests);
          const expectedBytes = logBytes[what === 'a notification without a change' ? 'quiet' : 'change'];
          expect(logged, `${what}: bytes of the log`).toBeLessThanOrEqual(expectedBytes);
          expect(logged, `${what}: bytes of the log`).toBeGreaterThan(0.7 * expectedBytes);
        }
      }
      user.expireAccessTokens();
      const { units, lines } = await change(() => undefined);
      show(`a quiet notification with a token refresh at ${platform}`, units, lines);
      const quiet = measuredCounts['a notification without a change'];
      const refresh = measuredCounts['a token refresh'];
      expect(units.writes - quiet.writes, `write units of a refresh\n${lines}`).toBeLessThanOrEqual(refresh.writes);
      expect(units.reads - quiet.reads, `read units of a refresh\n${lines}`).toBeLessThanOrEqual(refresh.reads);
      expect(units.requests - quiet.requests, `requests of a refresh\n${lines}`).toBeLessThanOrEqual(refresh.requests);
    });
  },
);

describe('the request units of the first sync of a thousand events', () => {
  it('are these at most', { timeout: 120_000 }, async () => {
    let meter: UnitMeter | undefined;
    const harness = createSyncHarness(stack, (direct) => {
      meter = countUnits(direct);
      return meter.table;
    });
    const user = simulateUser(stack, 'google');
    user.insertMany(Array.from({ length: 1000 }, (_, index) => ({ name: `event ${index}`, hours: 1 + index / 2 })));
    const { id } = await harness.connect(user);
    meter?.reset();
    await harness.deliver(id, 'create');
    const found = meter?.units() ?? { writes: Number.NaN, reads: Number.NaN, requests: Number.NaN };
    show('the first sync of a thousand events', found, describeUnits(meter?.entries() ?? []));
    const { writes, reads, requests } = measuredCounts['the first sync of a thousand events'];
    // Sizes of compressed content differ a little.
    expect(found.writes / writes).toBeCloseTo(1, 1);
    expect(found.reads).toBeLessThanOrEqual(reads);
    expect(found.requests).toBeLessThanOrEqual(requests);
  });
});

describe('the request units of a page of a hundred events', () => {
  let table: Table;
  beforeAll(() => {
    ({ table } = createSyncHarness(stack));
  });

  /** A calendar with 150 events whose content takes about so many bytes. */
  async function seed(bytes: number): Promise<Calendar> {
    const { projectId } = createSyncHarness(stack);
    const calendar = await seedCalendar(table, projectId);
    const time = timestampOf(Date.parse('2026-05-01T00:00:00Z'), 1);
    const noise = () => Array.from({ length: bytes }, () => String.fromCharCode(97 + Math.random() * 26)).join('');
    const events = Array.from({ length: 150 }, () => ({
      start_time: time,
      end_time: time,
      created_at: time,
      raw: { description: noise() },
    }));
    await seedEvents(table, calendar, events);
    return calendar;
  }

  async function costOf(calendar: Calendar, ordering: (typeof orderings)[number]): Promise<Units> {
    const meter = countUnits(table);
    const page = await listCalendarEvents(
      { table: meter.table, complete: (rows) => joinBots((ids) => getBots(meter.table, ids), rows), bytesOf: () => 0 },
      calendar.project_id,
      {
        calendarId: calendar.id,
        deduplicationKey: null,
        eventId: null,
        updatedAtGte: null,
        startTimeGte: null,
        endTimeLte: null,
        ordering,
        ascending: false,
        cursor: null,
      },
    );
    expect(page.rows).toHaveLength(100);
    show(`a page by ${ordering.name}`, meter.units(), describeUnits(meter.entries()));
    return meter.units();
  }

  it.each([
    ['small', 100, { listed: 25, created_at: 108 }],
    ['large', 3_500, { listed: 80, created_at: 108 }],
  ])('are these at most, for %s rows', async (_what, bytes, reads) => {
    const calendar = await seed(bytes);
    for (const ordering of orderings) {
      const units = await costOf(calendar, ordering);
      expect(units.writes).toBe(0);
      expect(units.requests).toBeLessThanOrEqual(4);
      expect(units.reads).toBeLessThanOrEqual(ordering.name === 'created_at' ? reads.created_at : reads.listed);
    }
  });
});
