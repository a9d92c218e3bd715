import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { googleFaults } from '../../../infra/local/simulators/google/google-faults.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';
import { createSyncHarness, type SyncHarness, storedLines, trueLines } from '../../support/sync-harness.ts';

let stack: TestStack;
let harness: SyncHarness;
let account: ReturnType<TestStack['google']['addAccount']>;
let platformCalendar: string;
let calendarId: string;
let users = 0;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.close());

beforeEach(async () => {
  users += 1;
  harness = createSyncHarness(stack.local, stack.google);
  account = stack.google.addAccount({ email: `user-${users}@example.com` });
  platformCalendar = stack.google.addCalendar(account, { primary: true, timeZone: 'UTC' });
  calendarId = (await harness.connect(null, account)).id;
  stack.google.insertEvent(platformCalendar, meeting('standing'));
});

const meeting = (summary: string) => {
  const start = new Date(stack.local.now() + 7_200_000).toISOString();
  return { summary, start: { dateTime: start }, end: { dateTime: start } };
};
const fault = (on: 'token' | 'list' | 'delta' | 'watch' | 'calendarList', outcome: object, times = 1): void => {
  stack.google.faults.push({ on, account: account.email, times, outcome });
};
const expectEqualWindows = async (): Promise<void> => {
  expect(await storedLines(harness, calendarId)).toEqual(trueLines(harness, stack.google, platformCalendar, 'UTC'));
};
const stateChanges = () => harness.facts.filter(({ trigger }) => trigger === 'calendar.state_change');

describe('passing failures', () => {
  it.each([
    ['rateLimitExceeded', 'list'],
    ['userRateLimitExceeded', 'list'],
    ['quotaExceeded', 'list'],
    ['internalError', 'list'],
    ['badGateway', 'list'],
    ['serviceUnavailable', 'list'],
    ['gatewayTimeout', 'list'],
    ['tokenUnavailable', 'token'],
    ['tokenRateLimit', 'token'],
  ] as const)('%s is retried with a growing delay and never disconnects', async (name, on) => {
    const outcome = (googleFaults as Record<string, object>)[name];
    expect(outcome, `googleFaults.${name}`).toBeDefined();
    fault(on, outcome ?? {}, 2);
    expect(await harness.deliver(calendarId, 'create', 1)).toMatchObject({ kind: 'retry' });
    const second = await harness.deliver(calendarId, 'create', 2);
    expect(second).toMatchObject({ kind: 'retry' });
    expect(second.kind === 'retry' && second.delayMs).toBeGreaterThanOrEqual(1000);
    const { calendar, sync } = await harness.load(calendarId);
    expect(calendar.state).toBe('connected');
    expect(sync.last_attempted_sync_at).toBeDefined();
    expect(sync.last_successful_sync_at).toBeUndefined();
    expect(await harness.deliver(calendarId, 'create', 3)).toEqual({ kind: 'ok' });
    await expectEqualWindows();
    expect(stateChanges()).toEqual([]);
  });

  it('a named Retry-After is waited for', async () => {
    fault('list', googleFaults.tooManyRequests(7));
    expect(await harness.deliver(calendarId, 'create')).toEqual({ kind: 'retry', delayMs: 7000 });
  });

  it('after the last retry leave a timer, and the calendar goes on with it', async () => {
    fault('list', googleFaults.serviceUnavailable, 20);
    expect(await harness.deliver(calendarId, 'create', 8)).toEqual({ kind: 'failed' });
    const { sync } = await harness.load(calendarId);
    expect(sync.due_at).toBeDefined();
  });

  it('a refused access token is refreshed once and the call repeated', async () => {
    await harness.deliver(calendarId, 'create');
    stack.google.expireAccessTokens(account);
    stack.google.insertEvent(platformCalendar, meeting('after the token died'));
    expect(await harness.deliver(calendarId, 'push')).toEqual({ kind: 'ok' });
    await expectEqualWindows();
  });

  it('a watch that fails leaves the calendar synced, and polled', async () => {
    fault('watch', googleFaults.serviceUnavailable);
    expect(await harness.deliver(calendarId, 'create')).toEqual({ kind: 'ok' });
    await expectEqualWindows();
    const { sync } = await harness.load(calendarId);
    expect(sync.channel).toBeUndefined();
    expect(Date.parse(sync.due_at ?? '') - stack.local.now()).toBeLessThanOrEqual(5 * 60_000);
  });
});

describe("the operator's mistakes", () => {
  it.each(['invalidClient', 'accessNotConfigured'] as const)(
    '%s never disconnects and is looked at again',
    async (name) => {
      fault(name === 'invalidClient' ? 'token' : 'list', (googleFaults as Record<string, object>)[name] ?? {}, 5);
      expect(await harness.deliver(calendarId, 'create')).toEqual({ kind: 'failed' });
      const { calendar, sync } = await harness.load(calendarId);
      expect(calendar.state).toBe('connected');
      expect(sync.due_at).toBeDefined();
      expect(stateChanges()).toEqual([]);
    },
  );
});

describe('loss of access', () => {
  it('revoked: disconnects, says so once, and costs no provider call until a new token comes', async () => {
    await harness.deliver(calendarId, 'create');
    account.revoked = true;
    stack.google.expireAccessTokens(account);
    expect(await harness.deliver(calendarId, 'push')).toEqual({ kind: 'disconnected' });
    const { calendar } = await harness.load(calendarId);
    expect(calendar).toMatchObject({
      state: 'disconnected',
      connection_failure_data: { code: 'authorization_revoked', provider_code: 'invalid_grant' },
    });
    expect(calendar.connection_failure_data?.error).toMatch(/^Google Authentication error: /);

    const before = stack.google.requests.length;
    expect(await harness.deliver(calendarId, 'push')).toEqual({ kind: 'dropped' });
    expect(stack.google.requests.length).toBe(before);
    expect(await harness.deliver(calendarId, 'patch')).toEqual({ kind: 'disconnected' });
    expect(stateChanges()).toHaveLength(1);

    account.revoked = false;
    stack.google.insertEvent(platformCalendar, meeting('while disconnected'));
    expect(await harness.deliver(calendarId, 'patch')).toEqual({ kind: 'ok' });
    expect((await harness.load(calendarId)).calendar).toMatchObject({
      state: 'connected',
      connection_failure_data: null,
    });
    expect(stateChanges().map(({ data }) => data.state)).toEqual(['disconnected', 'connected']);
    await expectEqualWindows();
    // The channel of the lost grant was replaced.
    const channelCalls = stack.google.requests.filter((request) => request.account === account.email);
    expect(channelCalls.filter(({ kind }) => kind === 'watch')).toHaveLength(2);
    expect(channelCalls.filter(({ kind }) => kind === 'stop')).toHaveLength(1);
  });

  it('a scope the user did not grant disconnects', async () => {
    fault('list', googleFaults.insufficientPermissions);
    fault('watch', googleFaults.insufficientPermissions);
    expect(await harness.deliver(calendarId, 'create')).toEqual({ kind: 'disconnected' });
    expect((await harness.load(calendarId)).calendar.connection_failure_data?.code).toBe('consent_missing');
  });

  it('a 404 is believed only when the calendar list agrees', async () => {
    fault('list', googleFaults.notFound);
    expect(await harness.deliver(calendarId, 'create')).toMatchObject({ kind: 'retry' });
    expect((await harness.load(calendarId)).calendar.state).toBe('connected');

    const shared = stack.google.addCalendar(account, { id: `team-${users}@group.calendar.google.com` });
    const second = await harness.connect(shared, account);
    await harness.deliver(second.id, 'create');
    stack.google.removeCalendar(account, shared);
    expect(await harness.deliver(second.id, 'push')).toEqual({ kind: 'disconnected' });
    expect((await harness.load(second.id)).calendar.connection_failure_data?.code).toBe('calendar_not_found');
  });
});

describe('a calendar Google does not push for', () => {
  it('is polled, and watch is not tried again', async () => {
    const holidays = stack.google.addCalendar(account, {
      id: `holidays-${users}@group.v.calendar.google.com`,
      watchable: false,
    });
    const { id } = await harness.connect(holidays, account);
    await harness.deliver(id, 'create');
    await harness.deliver(id, 'schedule');
    expect(
      stack.google.requests.filter(({ kind, calendarId: of }) => kind === 'watch' && of === holidays),
    ).toHaveLength(1);
    const { sync } = await harness.load(id);
    expect(Date.parse(sync.due_at ?? '') - stack.local.now()).toBeLessThanOrEqual(5 * 60_000);
  });
});
