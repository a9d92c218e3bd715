import { describe, expect, it } from 'vitest';
import { freeCalendarPlace, takeCalendarPlace } from '../../../shared/calendars/calendar-count-store.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { type ProjectId, randomId } from '../../../shared/platform/ids.ts';
import { projectTimingMs } from '../../../shared/platform/timing.ts';
import { createProjectLimiter } from '../../../shared/projects/limit-project.ts';
import type { ProjectLimits } from '../../../shared/projects/project-limits.ts';
import { setLimit } from '../../../shared/projects/project-limits-store.ts';
import { createRateBudget } from '../../../shared/projects/rate-budget.ts';
import { payUnits } from '../../../shared/projects/rate-window-store.ts';
import type { Table } from '../../../shared/store/table.ts';
import { countUnits } from '../../support/count-units.ts';
import { seedCalendar } from '../../support/seed-events.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const moment = Date.parse('2026-05-01T00:00:00Z');
const minute = 60_000;

const limits: ProjectLimits = {
  posts_per_minute: 3000,
  bots_per_minute: 3000,
  manual_syncs_per_minute: 600,
  window_changes_per_minute: 60,
  feed_reads_per_minute: 600,
  calendars: 1000,
  webhooks: 50,
};

/** The limiter of a process, with a clock that the test moves, and the lines it logs. */
function startProcess(table: Table, given: Partial<ProjectLimits> = {}) {
  const time = { now: moment };
  const lines: unknown[] = [];
  const limiter = createProjectLimiter({
    table,
    clock: createClock(() => time.now),
    logger: { warn: (message, fields) => void lines.push([message, fields]) },
    limits: { ...limits, ...given },
    budget: createRateBudget(),
  });
  return { ...limiter, time, lines };
}

const post = { operation: 'createBot', method: 'POST' };
const get = { operation: 'listBots', method: 'GET' };

const isAllowed = (request: Promise<void>): Promise<boolean> =>
  request.then(
    () => true,
    () => false,
  );

describe('the requests of a project', () => {
  it('cost a write for 5 POSTs or 50 reads, and nothing in a quiet project', async () => {
    const { table, units, reset } = countUnits(stack.table);
    const { throttle, time } = startProcess(table);
    const project = randomId('proj');
    for (let made = 0; made < 20; made += 1) {
      time.now += 20_000;
      await throttle(project, post);
    }
    // The limits of the project, once in five minutes.
    expect(units()).toEqual({ writes: 0, reads: 1, requests: 2 });
    reset();
    time.now += minute;
    for (let made = 0; made < 51; made += 1) await throttle(project, get);
    // A window that is not there, and the one that is opened.
    expect(units()).toEqual({ writes: 2, reads: 0, requests: 2 });
    reset();
    for (let made = 0; made < 153; made += 1) await throttle(project, get);
    expect(units()).toEqual({ writes: 3, reads: 0, requests: 3 });
    reset();
    for (let made = 0; made < 30; made += 1) await throttle(project, post);
    expect(units()).toEqual({ writes: 5, reads: 0, requests: 5 });
  });

  it('are refused beyond the limit, with the seconds that remain, a log line, and no further write', async () => {
    const { table, units, reset } = countUnits(stack.table);
    const { throttle, time, lines } = startProcess(table, { posts_per_minute: 2 });
    const project = randomId('proj');
    await throttle(project, post);
    await throttle(project, post);
    time.now += 18_500;
    const refused = {
      code: 'throttled',
      message: 'Request was throttled. Expected available in 42 seconds.',
      details: { retryAfterSeconds: 42 },
    };
    await expect(throttle(project, get)).rejects.toMatchObject(refused);
    expect(lines).toEqual([
      ['request refused by a limit', { project_id: project, limit: 'posts_per_minute', retry_after: 42 }],
    ]);
    reset();
    await expect(throttle(project, post)).rejects.toMatchObject(refused);
    expect(units().requests).toBe(0);
    time.now = moment + minute;
    await expect(throttle(project, post)).resolves.toBeUndefined();
  });

  it('are counted together over processes, also at the start of a minute, and for each project separately', async () => {
    const processes = Array.from({ length: 4 }, () => startProcess(stack.table, { posts_per_minute: 20 }));
    const project = randomId('proj');
    const burst = async (now: number): Promise<number> => {
      for (const { time } of processes) time.now = now;
      const requests = processes.flatMap(({ throttle }) =>
        Array.from({ length: 7 }, () => isAllowed(throttle(project, post))),
      );
      return (await Promise.all(requests)).filter(Boolean).length;
    };
    expect(await burst(moment)).toBe(20);
    expect(await burst(moment + minute - 1)).toBe(0);
    expect(await burst(moment + minute)).toBe(20);
    const [one] = processes;
    expect(await isAllowed(one?.throttle(randomId('proj'), post) ?? expect.fail())).toBe(true);
  });

  it('pay for a heavy operation in one write, also when it costs more than a whole minute', async () => {
    const { table, units } = countUnits(stack.table);
    const { throttle } = startProcess(table, { posts_per_minute: 5 });
    const project = randomId('proj');
    await throttle(project, { operation: 'replayDeliveries', method: 'POST' });
    expect(units().writes).toBe(2);
    expect(await isAllowed(throttle(project, get))).toBe(false);
  });
});

describe('a limit that the operator sets for a project', () => {
  it('counts instead of that of the stack, until it is reset', async () => {
    const process = startProcess(stack.table);
    const project = randomId('proj');
    const limitOf = () => process.limitOf(project, 'webhooks');
    await setLimit(stack.table, project, 'webhooks', 3);
    await setLimit(stack.table, project, 'calendars', 4);
    expect(await limitOf()).toBe(3);
    await setLimit(stack.table, project, 'webhooks', null);
    expect(await limitOf()).toBe(3);
    process.time.now += projectTimingMs.limitsMemory;
    expect(await limitOf()).toBe(50);
    expect(await process.limitOf(project, 'calendars')).toBe(4);
  });

  it('holds for each limit per minute, whose refusal names it', async () => {
    const names = [
      'bots_per_minute',
      'manual_syncs_per_minute',
      'window_changes_per_minute',
      'feed_reads_per_minute',
    ] as const;
    for (const name of names) {
      const project = randomId('proj');
      await setLimit(stack.table, project, name, 2);
      const { use } = startProcess(stack.table, { [name]: 500 });
      await use(project, name);
      await use(project, name);
      await expect(use(project, name)).rejects.toMatchObject({ details: { limit: name, retryAfterSeconds: 60 } });
    }
  });
});

describe('the window of a minute', () => {
  it('opens once when many processes find the last one over', async () => {
    const project = randomId('proj');
    const pay = () => payUnits(stack.table, project, 'posts_per_minute', { units: 7, limit: 100, now: moment });
    const answers = await Promise.all(Array.from({ length: 20 }, pay));
    expect(answers.filter(({ paid }) => paid)).toHaveLength(14);
  });
});

describe('the calendars of a project', () => {
  const take = (project: ProjectId, limit: number, now = moment) => takeCalendarPlace(stack.table, project, limit, now);

  it('are limited, also when many are created at once', async () => {
    const project = randomId('proj');
    for (let made = 0; made < 5; made += 1) await seedCalendar(stack.table, project);
    await take(project, 5);
    const places = await Promise.all(Array.from({ length: 8 }, () => take(project, 5)));
    expect(places.filter(Boolean)).toHaveLength(4);
  });

  it('are counted again before one is refused, once an hour, so that a crash takes no place for good', async () => {
    const project = randomId('proj');
    await seedCalendar(stack.table, project);
    for (let made = 0; made < 5; made += 1) expect(await take(project, 5)).toBe(true);
    // One calendar is there, four places were lost in crashes.
    expect(await take(project, 5)).toBe(true);
    for (let made = 0; made < 3; made += 1) expect(await take(project, 5)).toBe(true);
    expect(await take(project, 5, moment + projectTimingMs.countRetry - 1)).toBe(false);
    expect(await take(project, 5, moment + projectTimingMs.countRetry)).toBe(true);
  });

  it('free their place when they are deleted, never below none', async () => {
    const project = randomId('proj');
    await freeCalendarPlace(stack.table, project);
    expect(await take(project, 1)).toBe(true);
    await freeCalendarPlace(stack.table, project);
    expect(await take(project, 1)).toBe(true);
    const { table, units } = countUnits(stack.table);
    await takeCalendarPlace(table, randomId('proj'), 1, moment);
    expect(units()).toEqual({ writes: 1, reads: 0, requests: 1 });
  });
});
