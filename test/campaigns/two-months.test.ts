import { expect, it } from 'vitest';
import { millisOf, parseTimestamp, type Timestamp } from '../../shared/platform/timestamp.ts';
import { overlaps, syncWindowAt } from '../../shared/sync/sync-window.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack } from '../support/use-stack.ts';

/** `npm run campaign` lives through sixty days of twenty calendars; a few days of a few belong to every test run. */
const isCampaign = process.env.KALENDS_CAMPAIGN_RUNS !== undefined;
const [days, calendarsEach] = [60, 10];
/** The clock goes on in steps; after each one the minute rule runs, and everything it caused. */
const stepHours = 4;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const stack = useStack();

interface Owner {
  user: SimulatedUser;
  id: string;
  singles: string[];
  series: string[];
  renamed: number;
}

/** Something every day: a new event, a change, a deletion, an instance of a series, sometimes a whole series. */
function changeSomething({ user, singles, series, ...owner }: Owner, day: number, step: number): void {
  const now = stack.local.now();
  const hours = ((day * 7 + step * 5) % (24 * 26)) + 1;
  if (step === 0) singles.push(user.insert(`day ${day}`, hours));
  if (step === 1 && singles.length > 2) user.rename(singles[day % singles.length] ?? '', `renamed on day ${day}`);
  if (step === 2 && singles.length > 8) user.remove(singles.shift() ?? '');
  if (step === 3 && day % 3 === 0) {
    const instance = user.truth(now, now + 20 * dayMs).find(({ id }) => !singles.includes(id));
    if (instance) user.move(instance.id, Math.max(1, (instance.start - now) / hourMs + 2));
  }
  if (step === 4 && day % 10 === 9) user.rename(series[0] ?? '', `series ${owner.renamed} since day ${day}`);
  if (step === 5 && day % 20 === 10) user.expireSyncTokens();
}

/** What the API shows of the window, and what the provider has there, as comparable lines. */
async function compare({ id, user }: Owner): Promise<[string[], string[]]> {
  const window = syncWindowAt(stack.local.now(), { pastDays: 1, futureDays: 28 });
  const time = (text: string): Timestamp => parseTimestamp(text) ?? expect.fail(`no time: ${text}`);
  const line = (uuid: string, start: number, end: number, name: string | null) => `${start}–${end} ${name} ${uuid}`;
  const shown = (await stack.events(id))
    .map((event) => ({ ...event, start_time: time(event.start_time), end_time: time(event.end_time) }))
    .filter((event) => !event.is_deleted && overlaps(event, window))
    .map((event) => line(event.platform_uuid, millisOf(event.start_time), millisOf(event.end_time), event.name));
  const truth = user
    .truth(millisOf(window.start), millisOf(window.end))
    .map((event) => line(event.id, event.start, event.end, event.name));
  const byText = (a: string, b: string): number => (a < b ? -1 : 1);
  return [shown.sort(byText), truth.sort(byText)];
}

it.runIf(isCampaign)(
  `${days} days in the life of ${2 * calendarsEach} calendars leave nothing to correct`,
  {
    timeout: 3_600_000,
  },
  async () => {
    const owners: Owner[] = [];
    for (const platform of ['google', 'microsoft'] as const) {
      for (let index = 0; index < calendarsEach; index += 1) {
        const user = stack.simulate(platform, { zone: index % 2 ? 'America/New_York' : 'UTC' });
        const series = [user.insertSeries('daily', 3 + index, 'day'), user.insertSeries('weekly', 30 + index, 'week')];
        owners.push({ user, id: await stack.connect(user), singles: [], series, renamed: index });
      }
    }
    await stack.idle();

    const began = performance.now();
    let uncovered = 0;
    const calls = () => owners.reduce((sum, { user }) => sum + user.requests(), 0);
    const callsBefore = calls();
    let most = 0;
    for (let day = 0; day < days; day += 1) {
      const dayCalls = owners.map(({ user }) => user.requests());
      for (let step = 0; step < 24 / stepHours; step += 1) {
        stack.local.advanceClock(stepHours * hourMs);
        await stack.local.tick();
        await stack.idle();
        for (const owner of owners) changeSomething(owner, day, step);
        await stack.idle();
        uncovered += owners.filter(({ user }) => user.liveChannels().length === 0).length;
      }
      most = Math.max(most, ...owners.map(({ user }, index) => user.requests() - (dayCalls[index] ?? 0)));
      // What the window has come to is shown within the minute.
      stack.local.advanceClock(60_000);
      await stack.local.tick();
      await stack.idle();
      for (const owner of owners) {
        const [shown, truth] = await compare(owner);
        expect({ platform: owner.user.platform, day, shown }).toEqual({
          platform: owner.user.platform,
          day,
          shown: truth,
        });
      }
    }

    const drift: unknown[] = [];
    for (const { id, user } of owners) {
      const { body: health } = await stack.call('GET', `/calendars/${id}/health`);
      expect(health).toMatchObject({ push_status: 'active', push_status_reason: null });
      expect(user.liveChannels()).toHaveLength(1);
      let next: string | null = `/calendars/${id}/syncs`;
      while (next !== null) {
        const { body: page } = await stack.call('GET', next);
        drift.push(
          ...page.results.filter((run: { drift: number; outcome: string }) => run.drift > 0 || run.outcome !== 'ok'),
        );
        next = page.next;
      }
    }
    expect(drift).toEqual([]);
    expect(uncovered).toBe(0);
    const perDay = (calls() - callsBefore) / days / owners.length;
    process.stdout.write(
      `${days} days of ${owners.length} calendars in ${Math.round((performance.now() - began) / 1000)} s: no gap in push coverage, no drift; ${perDay.toFixed(1)} provider requests per calendar and day, at most ${most}\n`,
    );
    expect(most).toBeLessThanOrEqual(40);
  },
);
