import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const always = 10_000;

const graph = (status: number, code: string): FaultOutcome => ({ status, body: { error: { code, message: '' } } });
const google = (status: number, reason: string): FaultOutcome => ({
  status,
  body: { error: { code: status, message: 'Bad Request', errors: [{ domain: 'global', reason, message: '' }] } },
});

/** Refusals of one sync token that last, while listings without a token work. */
const refusals: ['google' | 'microsoft', string, FaultOutcome, 'at once' | 'after three failures'][] = [
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/3657
  ['microsoft', '504', graph(504, 'UnknownError'), 'after three failures'],
  ['microsoft', '404', graph(404, 'ErrorItemNotFound'), 'at once'],
  ['microsoft', '400', graph(400, 'InvalidDeltaToken'), 'at once'],
  ['microsoft', 'another 400', graph(400, 'Badly formed token.'), 'at once'],
  ['microsoft', 'an unknown 403', graph(403, 'ErrorSomething'), 'after three failures'],
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/2350
  ['microsoft', '410', graph(410, 'SyncStateNotFound'), 'at once'],
  ['microsoft', 'resyncRequired', graph(410, 'resyncRequired'), 'at once'],
  ['microsoft', 'ErrorInvalidSyncStateData', graph(400, 'ErrorInvalidSyncStateData'), 'at once'],
  ['google', '500', google(500, 'backendError'), 'after three failures'],
  ['google', '400', google(400, 'badRequest'), 'at once'],
  ['google', '404', google(404, 'notFound'), 'at once'],
  ['google', '410', google(410, 'deleted'), 'at once'],
  ['google', 'a page of a proxy', { status: 502, html: '<title>502</title>' }, 'after three failures'],
];

describe.each(refusals)('A sync token of %s that answers %s for good', (platform, _status, outcome, when) => {
  let calendar: ConnectedCalendar;
  const fault = (on: 'list' | 'delta', times = always): void => {
    const { email } = calendar.user.account;
    if (platform === 'google') stack.google.faults.push({ on, account: email, times, outcome });
    else stack.microsoft.faults.push({ on, account: email, times, outcome });
  };

  beforeEach(async () => {
    stack.google.faults.length = 0;
    stack.microsoft.faults.length = 0;
    calendar = await connectCalendar(stack, platform);
    calendar.user.insert('standing', 2);
    await calendar.sync('create');
    calendar.harness.notifications.length = 0;
  });

  it(`is dropped ${when}, and the window is listed`, async () => {
    const { user } = calendar;
    fault('delta');
    user.insert('new', 3);
    const tries = when === 'at once' ? 1 : 3;
    for (let attempt = 1; attempt < tries; attempt += 1)
      expect(await calendar.sync('push', attempt)).toMatchObject({ kind: 'retry' });
    expect(await calendar.sync('push', tries)).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
    expect(calendar.counts()).toEqual([[1, 0, 0]]);
    expect(user.calls('list')).toBe(2);
    expect((await calendar.load()).sync.reading.token_failures).toBe(0);
  });

  it('does not stop the daily listing, which is used', async () => {
    fault('delta');
    calendar.user.insert('new', 3);
    stack.local.advanceClock(23 * 3_600_000);
    expect(await calendar.sync('schedule')).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
  });
});

describe('A calendar of Microsoft', () => {
  // Seen with ErrorQuotaExceeded on `/delta` alone.
  const refused = graph(403, 'ErrorQuotaExceeded');

  it('is kept by the plain view where change tracking fails for good, and returns to it', async () => {
    const calendar = await connectCalendar(stack, 'microsoft');
    const { user } = calendar;
    const { email } = user.account;
    user.insert('standing', 2);
    const series = user.insertSeries('daily', 4, 'day');
    await calendar.sync('create');
    calendar.harness.notifications.length = 0;
    for (const on of ['list', 'delta'] as const)
      stack.microsoft.faults.push({ on, account: email, times: always, outcome: refused });
    user.insert('new', 3);
    for (const attempt of [1, 2]) await calendar.sync('push', attempt);
    expect(await calendar.sync('push', 3)).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
    // Occurrences are the same whichever view they come from.
    expect(calendar.counts()).toEqual([[1, 0, 0]]);
    const { sync: state } = await calendar.load();
    expect(state.reading.delta_unavailable).toMatchObject({ provider_code: 'ErrorQuotaExceeded' });
    expect(state.sync_token).toBeUndefined();

    user.rename(series, 'renamed');
    const deltas = user.calls('delta') + user.calls('list');
    expect(await calendar.sync()).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
    expect(user.calls('delta') + user.calls('list')).toBe(deltas);

    stack.microsoft.faults.length = 0;
    stack.local.advanceClock(3_700_000);
    user.insert('after the fault', 5);
    expect(await calendar.sync('schedule')).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
    expect((await calendar.load()).sync.reading).toEqual({ token_failures: 0 });
  });
});
